package hraftd.raft.sim;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of the simulation. What {@link FaultySimulation} calls, in classes that are not the
 * caller's, takes and gives what both know: classes of the JDK.
 */
public final class SimRun {

  /** How long faults happen in a run of the real Raft. */
  public static final long MILLIS = 12_000;

  /** Shorter than that: a fault shows soon, or with another seed. */
  public static final long FAULTY_MILLIS = 6_000;

  private static final long SEEDS = 1000;

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
    return of(seed, mix, millis, /* checksQuorum= */ true);
  }

  private static SimCluster of(
      long seed, @Nullable FaultMix mix, long millis, boolean checksQuorum) {
    SimCluster cluster = new SimCluster(seed, mix);
    if (!checksQuorum) {
      cluster.liveness.withoutCheckQuorum();
    }
    try {
      cluster.run(millis);
    } catch (Throwable t) {
      throw new AssertionError(
          "seed "
              + seed
              + " (replay it with -Dseed="
              + seed
              + (mix == null ? "" : ", " + mix)
              + "; see it with scripts/lab --seed "
              + seed
              + (mix == null ? "" : " --mix " + mix)
              + "): "
              + t.getMessage()
              + "\n"
              + cluster.describe(),
          t);
    }
    return cluster;
  }

  /**
   * As {@link #of} with the seed's own faults.
   *
   * @param checksQuorum false if leaders do not give up when a majority is silent
   * @return how often something was done, or looked at; by its name, and that of the wire where the
   *     excuses from a check depend on that
   */
  public static Map<String, Long> counted(long seed, long millis, boolean checksQuorum) {
    SimCluster cluster = of(seed, null, millis, checksQuorum);
    boolean connected = cluster.settings.wire() instanceof SimSettings.Connections;
    String over = connected ? " over connections" : " over datagrams";
    return Map.of(
        "acknowledged writes",
        cluster.invariants.acknowledged,
        "reads",
        cluster.invariants.readsServed,
        "undisturbed leaders" + over,
        cluster.liveness.established,
        "nodes that hear nobody" + over,
        cluster.liveness.alone,
        "majorities that must have a leader" + over,
        cluster.liveness.majorities,
        "wiped disks",
        cluster.faults.wiped());
  }

  /**
   * What runs that are to find a fault find wrong: first the one of the seed that found it last,
   * then others, as what a seed does changes with the code.
   *
   * @param mix a name of {@link FaultMix}; empty: the seed decides
   * @param stuck true if it is enough that something does not go on; else a promise must be broken,
   *     or a check of Raft's own fail
   * @return with the seed before it; null if nothing
   */
  public static @Nullable String firstFound(long known, String mix, boolean stuck) {
    String found = found(known, mix, stuck);
    for (long seed = 1; found == null && seed <= SEEDS; seed++) {
      found = found(seed, mix, stuck);
    }
    return found;
  }

  private static @Nullable String found(long seed, String mix, boolean stuck) {
    try {
      of(seed, mix.isEmpty() ? null : FaultMix.valueOf(mix), FAULTY_MILLIS);
      return null;
    } catch (AssertionError found) {
      Throwable cause = found.getCause();
      boolean broken =
          (cause instanceof AssertionError && !(cause instanceof SimCluster.Stuck))
              || cause instanceof IllegalStateException;
      return stuck || broken ? "seed " + seed + ": " + cause : null;
    }
  }
}
