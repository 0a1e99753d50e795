package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

/**
 * The clock of one simulated machine: it begins anywhere, runs a little faster or slower than those
 * of the others, and jumps ahead. It never goes back, as System's does not.
 */
final class SimClock {

  /** As fast as time goes. */
  static final long PER_MILLE = 1000;

  /** How fast the fastest runs, of a thousand. */
  static final long FASTEST = 1030;

  private static final long MAX_JUMP = 1500 * MILLI;

  private final SimCluster cluster;
  private final long madeAt;
  private final long rate;
  private long origin;

  /** A clock of a machine that is made now. */
  SimClock(SimCluster cluster) {
    this.cluster = cluster;
    madeAt = cluster.now();
    rate = cluster.oneOf(cluster.settings.pace().clockRates());
    origin = cluster.oneOf(0, Long.MIN_VALUE, -5000 * MILLI, Long.MAX_VALUE - 5000 * MILLI);
  }

  /** Its value, in nanoseconds. */
  long nanoTime() {
    return origin + (cluster.now() - madeAt) / PER_MILLE * rate;
  }

  /**
   * Jumps ahead.
   *
   * @return by how much
   */
  long jump() {
    long by = cluster.random.nextLong(MAX_JUMP);
    origin += by;
    return by;
  }

  /** As much as the fastest of all counts in this time, without jumps. */
  static long most(long nanos) {
    return nanos / PER_MILLE * FASTEST;
  }
}
