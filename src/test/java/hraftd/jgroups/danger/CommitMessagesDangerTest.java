package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why {@code send_commits_immediately} of the stock engine stays off: its leader answers each
 * answer of a follower that lags with another commit message, and does not get to what that one
 * lacks. Ours has no such setting: followers hear of commits at once, and those that lag get
 * entries.
 */
@Timeout(180)
class CommitMessagesDangerTest {

  /** Some for each entry and member would be enough. */
  private static final int MANY_MESSAGES = 10_000;

  @TempDir Path directory;

  @Test
  void aFollowerThatLagsIsToldOfCommitsWithoutEnd() throws Exception {
    Engine.values(); // as in production, without the library's own assertions
    try (StockCluster cluster = new StockCluster(3, directory)) {
      cluster.nodes.forEach(node -> node.raft.sendCommitsImmediately(true));
      assertTrue(cluster.elect(0));
      cluster.separate(2);
      cluster.write(0, "missed");
      cluster.settle();
      cluster.heal();

      cluster.write(0, "next");
      assertTrue(cluster.settle(MANY_MESSAGES) >= MANY_MESSAGES);
      assertEquals(List.of(), cluster.applied(2));
    }
  }

  @Test
  void withTheSettingOffItCatchesUp() throws Exception {
    Engine.values();
    try (StockCluster cluster = new StockCluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.separate(2);
      cluster.write(0, "missed");
      cluster.settle();
      cluster.heal();

      cluster.write(0, "next");
      assertTrue(cluster.settle(MANY_MESSAGES) < MANY_MESSAGES);
      cluster.pass();
      cluster.pass();
      assertEquals(List.of("missed", "next"), cluster.applied(2));
    }
  }
}
