package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

/** How fast one simulated disk is: it may be slow for a while, or not answer at all. */
final class SimDiskPace {

  /** What an fsync takes at least, and how much more at most, while the disk is slow. */
  private static final long SLOW = 20 * MILLI;

  private static final long SLOWER = 300 * MILLI;

  /** So long ago others may still have heard that it is slow. */
  private static final long MEMORY = 5000 * MILLI;

  private final SimCluster cluster;
  private long stuckUntil;
  private long slowUntil;

  SimDiskPace(SimCluster cluster) {
    this.cluster = cluster;
    stuckUntil = cluster.now() - MEMORY;
    slowUntil = cluster.now() - MEMORY;
  }

  void stick(long nanos) {
    stuckUntil = cluster.now() + nanos;
  }

  void slow(long nanos) {
    slowUntil = cluster.now() + nanos;
  }

  /** As fast as ever from now on. */
  void mend() {
    stuckUntil = earlier(stuckUntil, cluster.now());
    slowUntil = earlier(slowUntil, cluster.now());
  }

  /** The clock's values may pass from the largest to the smallest. */
  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** True if it is slow or stuck, or was a moment ago. */
  boolean wasSlow() {
    long now = cluster.now();
    return now - stuckUntil < MEMORY || now - slowUntil < MEMORY;
  }

  /** Runs something when the disk has done what it is asked for now. */
  void after(Runnable then) {
    long least = cluster.settings.pace().minSync();
    long takes = least + cluster.random.nextLong(cluster.settings.maxSync() - least);
    if (slowUntil - cluster.now() > 0) {
      takes += SLOW + cluster.random.nextLong(SLOWER);
    }
    cluster.after(takes, () -> afterStuck(then));
  }

  private void afterStuck(Runnable then) {
    if (stuckUntil - cluster.now() > 0) {
      cluster.after(stuckUntil - cluster.now(), () -> afterStuck(then));
    } else {
      then.run();
    }
  }
}
