package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Setup, joins, removals and replacements by {@code hraftd.cluster} under random faults: one
 * cluster, its members as acknowledged, and Raft's promises; service when the faults are over.
 * {@code -Dseeds=10000} runs more of them, {@code -Dfrom=5001} only those from there on, {@code
 * -Dseed=17} one again.
 */
class ClusterSimulationTest {

  private static final long SEEDS = 40;

  @Test
  void membersAreAsAcknowledged() {
    Long only = Long.getLong("seed");
    long first = only == null ? Long.getLong("from", 1) : only;
    long last = only == null ? Long.getLong("seeds", SEEDS) : only;
    Map<String, Integer> acknowledged = new TreeMap<>();
    for (long seed = first; seed <= last; seed++) {
      ClusterRun.of(seed)
          .administrator
          .acknowledged
          .forEach((kind, times) -> acknowledged.merge(kind, times, Integer::sum));
    }
    System.out.printf("simulation: acknowledged about members: %s%n", acknowledged);
    assertTrue(first == last || acknowledged.size() == 4, "nothing was looked at");
  }

  /** Else a seed that is printed would be of no use. */
  @Test
  void aSeedAlwaysMakesTheSameRun() {
    for (long seed = 1; seed <= 3; seed++) {
      assertEquals(withoutId(ClusterRun.of(seed)), withoutId(ClusterRun.of(seed)));
    }
  }

  /** The id of a cluster is random, and nothing depends on it. */
  private static String withoutId(ClusterRun run) {
    return run.toString().replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID");
  }
}
