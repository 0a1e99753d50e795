package hraftd.raft.core;

/**
 * The store's clock: milliseconds that only a leader writes into the log and that never run faster
 * than real time. A follower takes over what it hears and lets it run on, so that it is not far
 * behind when it becomes the leader; it is never ahead of the leader that it heard last, because
 * what it hears was sent before.
 */
public final class StoreClock {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private long base;
  private long since;
  private long followedTerm;

  StoreClock(long millis, long nanoTime) {
    base = millis;
    since = nanoTime;
  }

  /** The clock's value at this moment. */
  public long at(long nanoTime) {
    return base + Math.max(0, nanoTime - since) / NANOS_PER_MILLI;
  }

  /**
   * Moves on to a value that the leader of a term had at this moment or before. The first one of a
   * term is taken over even if it is less: this clock may have been started before the leader's,
   * and times to live that the leader gave would end too early by what it is ahead.
   */
  void follow(long term, long millis, long nanoTime) {
    if (term != followedTerm) {
      followedTerm = term;
      base = millis;
      since = nanoTime;
    } else {
      heard(millis, nanoTime);
    }
  }

  private void heard(long millis, long nanoTime) {
    if (millis > at(nanoTime)) {
      base = millis;
      since = nanoTime;
    }
  }
}
