package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Raft under random faults: safety at every step, progress as far as the faults let it, service
 * when they are over. {@code -Dseeds=100000} runs more of them, {@code -Dfrom=50001} only those
 * from there on, {@code -Dseed=17} one again.
 */
class SimulationTest {

  private static final long SEEDS = 200;

  /**
   * What is to be found at least in so many seeds, about half of what the worst of many had: a
   * check that is excused too often does not look.
   */
  private static final Map<String, Long> LEAST =
      Map.of(
          "acknowledged writes", 70_000L,
          "reads", 33_000L,
          "undisturbed leaders over connections", 12_000L,
          "undisturbed leaders over datagrams", 2_000L,
          "majorities that must have a leader over connections", 20_000L,
          "majorities that must have a leader over datagrams", 5_000L,
          "nodes that hear nobody over connections", 4_000L,
          "nodes that hear nobody over datagrams", 3_000L,
          "wiped disks", 9L);

  private static final long ROTTEN_SEEDS = 40;
  private static final long SHORT_MILLIS = 3_000;

  /** After so many a run that takes long says how far it is. */
  private static final long REPORT = 1000;

  /** The seeds that are asked for; if none are, those up to a last one. */
  private record Range(long first, long last) {

    static Range of(long usual) {
      Long only = Long.getLong("seed");
      return only == null
          ? new Range(Long.getLong("from", 1), Long.getLong("seeds", usual))
          : new Range(only, only);
    }

    long size() {
      return last - first + 1;
    }
  }

  @Test
  void staysSafeUnderFaultsAndServesWhenTheyEnd() {
    Range seeds = Range.of(SEEDS);
    FaultySimulation withoutCheckQuorum = new FaultySimulation(WithoutCheckQuorum.MUTANT);
    Map<String, Long> counts = new TreeMap<>();
    for (long seed = seeds.first; seed <= seeds.last; seed++) {
      Map<String, Long> counted =
          WithoutCheckQuorum.isFor(seed)
              ? withoutCheckQuorum.counted(seed, SimRun.MILLIS, /* checksQuorum= */ false)
              : SimRun.counted(seed, SimRun.MILLIS, /* checksQuorum= */ true);
      counted.forEach((what, count) -> counts.merge(what, count, Long::sum));
      if (seed % REPORT == 0 || seed == seeds.last) {
        System.out.printf("simulation: seed %d of %d, %s%n", seed, seeds.last, counts);
      }
    }
    assertFalse(counts.isEmpty(), "no seed of " + seeds);
    if (seeds.size() >= SEEDS) {
      LEAST.forEach(
          (what, least) ->
              assertTrue(
                  counts.getOrDefault(what, 0L) * SEEDS >= seeds.size() * least,
                  () -> what + ": too few in " + counts));
    }
  }

  /** Nodes lose some of their logs, one at a time, and get it from the others. */
  @Test
  void staysSafeWhileDisksRot() {
    long acknowledged = 0;
    Range seeds = Range.of(ROTTEN_SEEDS);
    for (long seed = seeds.first; seed <= seeds.last; seed++) {
      SimCluster cluster = SimRun.of(seed, FaultMix.ROTTEN_DISKS, SimRun.MILLIS);
      acknowledged += cluster.invariants.acknowledged;
    }
    assertTrue(acknowledged > 0);
  }

  /** Else a seed that is printed would be of no use. */
  @Test
  void aSeedAlwaysMakesTheSameRun() {
    for (long seed = 1; seed <= 8; seed++) {
      SimCluster first = SimRun.of(seed, null, SHORT_MILLIS);
      SimCluster second = SimRun.of(seed, null, SHORT_MILLIS);
      assertEquals(first.describe(), second.describe());
      assertEquals(first.invariants.readsServed, second.invariants.readsServed);
    }
  }
}
