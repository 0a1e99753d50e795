package hraftd.raft.core;

/**
 * How long Raft waits for what, in nanoseconds.
 *
 * @param election without a leader's word for this long, to twice as long, a follower campaigns; a
 *     leader without a quorum's word for this long steps down
 * @param heartbeat an idle leader speaks this often
 */
public record Timing(long election, long heartbeat) {

  /** After a lost message, or one that was never answered, the next try comes this much later. */
  public long resend() {
    return 4 * heartbeat;
  }

  /**
   * When there is most likely no leader, as its connection has just broken or this process has just
   * started: followers campaign after a random part of this instead of the whole timeout. Wide
   * enough that two seldom collide.
   */
  long leaderless() {
    return Math.max(1, election / 8);
  }
}
