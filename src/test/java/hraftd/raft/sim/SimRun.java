package hraftd.raft.sim;

import org.jspecify.annotations.Nullable;

/**
 * One run of the simulation. What {@link FaultySimulation} calls, in classes that are not the
 * caller's, takes and gives what both know: classes of the JDK.
 */
public final class SimRun {

  private SimRun() {}

  /**
   * Runs a seed to its end.
   *
   * @param mix which faults; null: the seed decides
   * @param millis how long faults happen, in simulated time
   * @throws AssertionError if a promise is broken, or something does not go on; it says how to have
   *     the same again
   */
  static SimCluster of(long seed, @Nullable FaultMix mix, long millis) {
    SimCluster cluster = new SimCluster(seed, mix);
    try {
      cluster.run(millis);
    } catch (Throwable t) {
      throw new AssertionError(
          "seed "
              + seed
              + " (replay it with -Dseed="
              + seed
              + "): "
              + t.getMessage()
              + "\n"
              + cluster.describe(),
          t);
    }
    return cluster;
  }

  /**
   * As {@link #of} with the seed's own faults: how many writes and how many reads it has served.
   */
  public static long[] served(long seed, long millis) {
    SimInvariants invariants = of(seed, null, millis).invariants;
    return new long[] {invariants.acknowledged, invariants.readsServed};
  }

  /**
   * What a run finds wrong.
   *
   * @param mix a name of {@link FaultMix}; empty: the seed decides
   * @param stuck true if it is enough that something does not go on; else a promise must be broken,
   *     or a check of Raft's own fail
   * @return null if nothing
   */
  public static @Nullable String found(long seed, String mix, long millis, boolean stuck) {
    try {
      of(seed, mix.isEmpty() ? null : FaultMix.valueOf(mix), millis);
      return null;
    } catch (AssertionError found) {
      Throwable cause = found.getCause();
      boolean broken =
          (cause instanceof AssertionError && !(cause instanceof SimCluster.Stuck))
              || cause instanceof IllegalStateException;
      return stuck || broken ? String.valueOf(cause) : null;
    }
  }
}
