package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Raft under random faults: safety at every step, service when they are over. {@code
 * -Dseeds=100000} runs more of them, {@code -Dseed=17} one again.
 */
class SimulationTest {

  private static final long RUN_MILLIS = 12_000;
  private static final long ROTTEN_SEEDS = 40;
  private static final long SHORT_MILLIS = 3_000;

  @Test
  void staysSafeUnderFaultsAndServesWhenTheyEnd() {
    Long only = Long.getLong("seed");
    long seeds = Long.getLong("seeds", 200);
    long acknowledged = 0;
    long reads = 0;
    for (long seed = only == null ? 1 : only; seed <= (only == null ? seeds : only); seed++) {
      Mutant sound = seed % 5 == 0 ? Mutant.WITHOUT_CHECK_QUORUM : Mutant.NONE;
      SimCluster cluster = run(seed, sound, null, RUN_MILLIS);
      acknowledged += cluster.invariants.acknowledged;
      reads += cluster.invariants.readsServed;
      if (seed % 1000 == 0 || seed == seeds || only != null) {
        System.out.printf(
            "simulation: seed %d of %d, %d acknowledged writes, %d reads%n",
            seed, seeds, acknowledged, reads);
      }
    }
    assertTrue(acknowledged > 0 && reads > 0);
  }

  /** Nodes lose some of their logs, one at a time, and get it from the others. */
  @Test
  void staysSafeWhileDisksRot() {
    long acknowledged = 0;
    for (long seed = 1; seed <= Long.getLong("seeds", ROTTEN_SEEDS); seed++) {
      SimCluster cluster = run(seed, Mutant.NONE, FaultMix.ROTTEN_DISKS, RUN_MILLIS);
      acknowledged += cluster.invariants.acknowledged;
    }
    assertTrue(acknowledged > 0);
  }

  /** Else a seed that is printed would be of no use. */
  @Test
  void aSeedAlwaysMakesTheSameRun() {
    for (long seed = 1; seed <= 8; seed++) {
      SimCluster first = run(seed, Mutant.NONE, null, SHORT_MILLIS);
      SimCluster second = run(seed, Mutant.NONE, null, SHORT_MILLIS);
      assertEquals(first.describe(), second.describe());
      assertEquals(first.invariants.readsServed, second.invariants.readsServed);
    }
  }

  static SimCluster run(long seed, Mutant mutant, @Nullable FaultMix mix, long millis) {
    SimCluster cluster = new SimCluster(seed, mutant, mix);
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
}
