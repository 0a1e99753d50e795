package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.DamagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of docs/operations.md for one node of three, command by command as they stand there.
 */
class WorstHourIT {

  /** In a segment's header, behind its magic and version. */
  private static final long HEADER_BYTE = 40;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // Every test begins by starting it.
  private TestCluster nodes;

  @AfterEach
  void end() {
    nodes.close();
  }

  private Daemon threeNodes() throws IOException {
    nodes = TestCluster.ready(directory, 3);
    nodes.node(1).put("/key/before", "1").expect(200);
    return nodes.node(2);
  }

  private void assertServesAsAMember(Daemon node) throws IOException {
    assertEquals("1", node.get("/key/before?raw").expect(200).body());
    node.put("/key/after", "1").expect(200);
    assertEquals(2, nodes.leader().status().path("followers").size());
  }

  @Test
  void aDiskIsLostOrDamaged() throws Exception {
    Daemon node = threeNodes();
    node.get("/key/before").expect(200); // Its own log has it, by a read index.
    node.stop();
    damageTheLog(node.directory());
    node.launch();
    assertTrue(node.exitCode() != 0, node::errors);
    new Recipes(nodes, directory, 2).follow("A disk is lost or damaged");
    assertServesAsAMember(node);
  }

  /** Flips bits in the segment's header: without it none of its entries can be read. */
  private static void damageTheLog(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("raft"))) {
      Path segment =
          files
              .filter(f -> String.valueOf(f.getFileName()).startsWith("log-"))
              .sorted()
              .findFirst()
              .orElseThrow();
      DamagedFile.flip(segment, HEADER_BYTE);
    }
  }

  @Test
  void theWrongNodeWasRemoved() throws Exception {
    Daemon node = threeNodes();
    nodes.node(1).post("/remove?timeout=30s", "{\"id\":\"node2\"}").expect(200);
    eventually("it knows", () -> node.get("/readyz").body().contains("removed"));
    new Recipes(nodes, directory, 2).follow("The wrong node was removed");
    assertServesAsAMember(node);
  }

  @Test
  void anUpgradeHasGoneWrong() throws Exception {
    Daemon node = threeNodes();
    node.stop();
    Files.writeString(node.directory().resolve("format"), "99\n");
    node.launch();
    assertEquals(2, node.exitCode(), node::errors);
    assertTrue(node.errors().contains("by a newer hraftd"), node::errors);
    new Recipes(nodes, directory, 2).follow("An upgrade has gone wrong");
    assertServesAsAMember(node);
  }

  @Test
  void theDiskOfOneNodeIsFull() throws Exception {
    nodes = TestCluster.waiting(directory, 3);
    Daemon full = nodes.node(1);
    full.stop();
    full.with(List.of("-Dhraftd.diskReserveBytes=" + (1L << 60))).start();
    full.post("/setup?timeout=30s", TestCluster.setupBody(nodes.nodes())).expect(200);
    nodes.awaitReady();
    eventually("it says so", () -> full.status().path("diskFull").asBoolean());
    full.with(List.of("-Dhraftd.diskReserveBytes=1")); // There is room when it starts again.
    Recipes recipes = new Recipes(nodes, directory, 1);
    recipes.follow("Let another node lead");
    nodes.node(2).put("/key/before", "1").expect(200);
    assertServesAsAMember(full);
  }
}
