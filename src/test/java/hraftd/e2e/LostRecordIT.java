package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory with a member's log and without its record, and what setup can meet. */
class LostRecordIT {

  @TempDir Path directory;

  private static void loseRecord(Daemon node) throws IOException {
    Files.delete(node.directory().resolve("cluster.json"));
  }

  @Test
  void isRefusedAtTheStartAndTheRecipeReplacesTheMember() throws Exception {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      cluster.node(1).put("/key/a", "1").expect(200);
      Daemon node = cluster.node(2);
      node.stop();
      loseRecord(node);
      node.launch();
      assertEquals(2, node.exitCode(), node::errors);
      assertTrue(node.errors().contains("cluster.json"), node::errors);
      new Recipes(cluster, directory, /* subject= */ 2).follow("cluster.json is lost");
      node.awaitReady();
      assertEquals("1", node.get("/key/a?raw").expect(200).body());
    }
  }

  @Test
  void thePortIsHeldWhileItWaits() throws IOException {
    try (Daemon node = new Daemon("one", directory.resolve("one")).start()) {
      assertThrows(
          BindException.class,
          () -> new ServerSocket(node.raftPort(), 1, InetAddress.getLoopbackAddress()).close());
      node.post("/setup?timeout=30s", TestCluster.setupBody(List.of(node))).expect(200);
      node.awaitReady();
    }
  }

  @Test
  void allHaveLostIt() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      cluster.nodes().forEach(Daemon::stop);
      for (Daemon node : cluster.nodes()) {
        loseRecord(node);
        node.launch();
      }
      for (Daemon node : cluster.nodes()) {
        assertEquals(2, node.exitCode(), node::errors);
        assertTrue(Pattern.compile("recover").matcher(node.errors()).find(), node::errors);
      }
    }
  }
}
