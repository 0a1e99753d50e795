package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on jgroups-raft says what it does not keep, and refuses what it cannot do. */
class OtherEngineIT {

  private static final String WARNING = "DOES NOT KEEP EVERY PROMISE";

  @TempDir Path directory;

  @Test
  void itSaysWhatItDoesNotKeepAndRefusesWhatItCannotDo() throws IOException {
    try (Daemon node =
            new Daemon("one", directory.resolve("one")).on(EngineUnderTest.JGROUPS_RAFT);
        Daemon stranger = new Daemon("two", directory.resolve("two")).start()) {
      node.start("-bootstrap").awaitReady();
      assertEquals(1, node.errors().lines().filter(line -> line.contains(WARNING)).count());
      assertTrue(node.errors().contains("docs/engines.md"), node::errors);
      assertTrue(node.status().path("warnings").toString().contains(WARNING));

      Answer join = node.post("/join", TestCluster.joinBody(stranger)).expect(501, "not_supported");
      assertEquals("rejected", join.json().path("outcome").asText());
      assertEquals("waiting", stranger.state(), "nobody has asked it to become a member");
      node.post("/remove", "{\"id\":\"one\"}").expect(501, "not_supported");
      node.post("/transfer", "{\"id\":\"one\"}").expect(501, "not_supported");
      node.post("/transfer", "{}").expect(501, "not_supported");
      node.put("/key/a?explain", "1").expect(501, "not_supported");
      node.get("/key/a").expect(404);
      node.put("/key/a", "1").expect(200);
    }
  }

  @Test
  void aNodeThatCannotJoinEnds() throws IOException {
    try (Daemon node =
            new Daemon("one", directory.resolve("one")).on(EngineUnderTest.JGROUPS_RAFT);
        Daemon stranger = new Daemon("two", directory.resolve("two"))) {
      node.start("-bootstrap").awaitReady();
      stranger.start("-join", node.haddr());
      assertEquals(2, stranger.exitCode(), stranger::errors);
      assertTrue(stranger.errors().contains("for ever those of its setup"), stranger::errors);
    }
  }
}
