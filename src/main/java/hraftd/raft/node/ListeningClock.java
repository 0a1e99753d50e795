package hraftd.raft.node;

/**
 * A clock without the time in which this node could not hear the others. While its process stood
 * still, or its thread waited for a disk or a processor, what they said waits in sockets and
 * queues, and their silence means nothing. So it moves on once in a batch, behind what has come,
 * and by little: what had come meanwhile is heard before a timeout is over. Owned by the loop's
 * thread.
 */
final class ListeningClock {

  /** Several times as long as the thread sleeps when there is nothing to do. */
  static final long MAX_STEP_NANOS = 20_000_000L;

  private long listened;
  private long seenAt;

  /** As a clock of the whole time is at this moment. */
  ListeningClock(long now) {
    listened = now;
    seenAt = now;
  }

  /** What had come until now is about to be handled. */
  void beginOfBatch(long now) {
    listened += Math.min(now - seenAt, MAX_STEP_NANOS);
    seenAt = now;
  }

  /** The time at which the present batch began, in nanoseconds. */
  long nanoTime() {
    return listened;
  }
}
