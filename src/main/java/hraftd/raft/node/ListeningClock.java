package hraftd.raft.node;

/**
 * A clock without the time in which this node could not hear the others. While its process stood
 * still, or its thread waited for a disk or a processor, what they said waits in sockets and
 * queues, and their silence means nothing. So it moves on once in a batch, behind what has come,
 * and by little: what had come meanwhile is heard before a timeout is over. Owned by the loop's
 * thread.
 */
final class ListeningClock {

  /** Longer than the thread is usually late, or at work. */
  static final long MAX_STEP_NANOS = 20_000_000L;

  private long listened;
  private long seenAt;

  /** For how long its thread rests, if nothing comes. */
  private long rest;

  /** As a clock of the whole time is at this moment. */
  ListeningClock(long now) {
    listened = now;
    seenAt = now;
  }

  /** What had come until now is about to be handled. */
  void beginOfBatch(long now) {
    listened += Math.min(now - seenAt, rest + MAX_STEP_NANOS);
    seenAt = now;
  }

  /** The thread has nothing to do for so long: if it sleeps it hears what comes all the same. */
  void rests(long nanos) {
    rest = nanos;
  }

  /** The time at which the present batch began, in nanoseconds. */
  long nanoTime() {
    return listened;
  }
}
