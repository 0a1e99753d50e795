package hraftd.raft.core;

/**
 * The store's clock: milliseconds that only a leader writes into the log and that never run faster
 * than real time. A follower takes over what it hears and lets it run on, so that it is not far
 * behind when it becomes the leader. It is ahead of the leader that it heard last by no more than
 * its own clock has run faster since, because what it hears was sent before.
 *
 * <p>A clock belongs to a log: counted on from any entry of it, it must not run too fast. So it is
 * taken over only by whose log has nothing but what that leader's has. Behind that may be what
 * another leader wrote, whose clock was behind; if it is committed in the end, its times to live
 * would end too early.
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
   * Goes on from a value that the leader had at this moment or before, also from one that is less
   * than its own: this clock may be the faster one, or have begun before the leader's, and times to
   * live that the leader gave would end too early by what it is ahead. A message that comes late
   * puts it behind by as much, until the next one.
   */
  void follow(long term, long millis, long nanoTime) {
    followedTerm = term;
    base = millis;
    since = nanoTime;
  }

  /**
   * The same with what a leader's snapshot says, unless that leader has said more itself. If it has
   * said less, the snapshot has what it wrote since, while this clock may have run faster.
   */
  void followSnapshot(long term, long millis, long nanoTime) {
    if (term != followedTerm || base <= millis) {
      follow(term, millis, nanoTime);
    }
  }
}
