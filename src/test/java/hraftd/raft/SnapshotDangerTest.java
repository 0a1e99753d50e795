package hraftd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How jgroups-raft sends snapshots, and ours does not. */
@Timeout(30)
class SnapshotDangerTest {

  private static final int VALUES = 40;
  private static final int VALUE_BYTES = 50_000;
  private static final long STATE_BYTES = (long) VALUES * VALUE_BYTES;

  @TempDir Path directory;

  @ParameterizedTest(name = "21: a snapshot is sent as one message [{0}]")
  @EnumSource
  void aSnapshotIsOneMessage(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(5, directory)) {
      leaveTwoBehind(cluster);
      letThemCatchUp(cluster);
      engine.shows(
          "a message as long as the state", cluster.longestSnapshotMessage() >= STATE_BYTES);
    }
  }

  @ParameterizedTest(name = "21: each lagging follower costs another snapshot [{0}]")
  @EnumSource
  void eachLaggingFollowerCostsASnapshot(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(5, directory)) {
      leaveTwoBehind(cluster);
      int before = cluster.snapshotsTaken(0);
      letThemCatchUp(cluster);
      engine.shows("one for each, though there was one", cluster.snapshotsTaken(0) >= before + 2);
    }
  }

  /** Nodes 3 and 4 lack what the leader's log no longer holds. */
  private static void leaveTwoBehind(DangerCluster cluster) {
    assertTrue(cluster.elect(0));
    cluster.separate(0, 1, 2);
    for (int i = 0; i < VALUES; i++) {
      String value = String.valueOf((char) ('a' + i % 26)).repeat(VALUE_BYTES - 2); // UTF: 2 more
      assertTrue(written(cluster, value));
    }
    cluster.takeSnapshot(0);
    assertTrue(cluster.snapshotsTaken(0) >= 1);
  }

  private static void letThemCatchUp(DangerCluster cluster) {
    cluster.heal();
    for (int i = 0; i < 50; i++) {
      cluster.pass();
    }
    for (int node = 3; node < 5; node++) {
      assertEquals(VALUES, cluster.applied(node).size(), "node " + node);
    }
  }

  private static boolean written(DangerCluster cluster, String value) {
    DangerCluster.Answer answer = cluster.write(0, value);
    cluster.settle();
    return answer.succeeded();
  }
}
