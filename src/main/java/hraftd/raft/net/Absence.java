package hraftd.raft.net;

import java.time.Duration;

/**
 * How long a peer has not been reached, and whether that is worth a line in the log. A node that is
 * started again is away for a moment, and the nodes of a cluster that is stopped as a whole do not
 * end at the same time: nobody has to look at either. Owned by the thread that sends to the peer.
 */
final class Absence {

  /** A node is back within this when it is started again at once. */
  static final Duration WORTH_A_LINE = Duration.ofSeconds(3);

  private boolean absent;
  private long sinceNanos;

  /**
   * The peer was not reached at this moment.
   *
   * @return true if that has gone on for {@link #WORTH_A_LINE}
   */
  boolean notReached(long nowNanos) {
    if (!absent) {
      absent = true;
      sinceNanos = nowNanos;
    }
    return nowNanos - sinceNanos >= WORTH_A_LINE.toNanos();
  }

  /** The peer was reached. */
  void reached() {
    absent = false;
  }
}
