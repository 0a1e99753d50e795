package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What /setup takes and refuses. */
@BothEngines
class SetupIT {

  @TempDir Path directory;

  private final EngineUnderTest engine;

  SetupIT(EngineUnderTest engine) {
    this.engine = engine;
  }

  private Daemon node(String name) {
    return new Daemon(name, directory.resolve(name)).on(engine);
  }

  private static String body(
      String leader, String leaderRaft, String leaderId, String http, String raft, String ids) {
    return """
        {"leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"%s",
         "clientAddrs":[%s],"clientRaftAddrs":[%s],"clientIds":[%s]}"""
        .formatted(leader, leaderRaft, leaderId, http, raft, ids);
  }

  @Test
  void wrongBodiesAreRefusedAndChangeNothing() throws IOException {
    try (Daemon node = node("node1").start()) {
      String http = node.haddr();
      String raft = node.raddr();
      List<String> wrong =
          List.of(
              "",
              "nonsense",
              "[]",
              "{}",
              body(http, raft, "1", "\"127.0.0.1:2\"", "", ""),
              body(http, raft, "1", "\"127.0.0.1:2\"", "\"127.0.0.1:3\"", "\"1\""),
              body(http, raft, "1", "\"127.0.0.1:2\"", "\"127.0.0.1:3\"", "\"\""),
              body(http, raft, "", "", "", ""),
              body(http, raft, "1", "\"" + http + "\"", "\"127.0.0.1:3\"", "\"2\""),
              body(http, raft, "1", "\"127.0.0.1:2\"", "\"" + raft + "\"", "\"2\""),
              body("", raft, "1", "", "", ""),
              body("127.0.0.1", raft, "1", "", "", ""),
              body("127.0.0.1:2", "127.0.0.1:3", "1", "", "", ""));
      for (String body : wrong) {
        Answer answer = node.post("/setup", body);
        assertEquals(400, answer.status(), () -> body + " gave " + answer);
        assertEquals("bad_request", answer.code(), answer::toString);
        assertTrue(!answer.json().path("detail").asText().isEmpty(), answer::toString);
      }
      assertEquals("waiting", node.state());
    }
  }

  @Test
  void aNodeThatCannotBeReachedIsNamedAndNobodyIsChanged() throws IOException {
    try (Daemon node = node("node1").start()) {
      String absent = "127.0.0.1:" + Ports.free();
      Answer answer =
          node.post(
              "/setup?timeout=30s",
              body(
                  node.haddr(),
                  node.raddr(),
                  "1",
                  "\"" + absent + "\"",
                  "\"127.0.0.1:" + Ports.free() + "\"",
                  "\"2\""));
      assertEquals(503, answer.status(), answer::toString);
      assertTrue(answer.json().path("detail").asText().contains(absent), answer::toString);
      assertEquals("waiting", node.state());

      // A cluster of one, under another name of the same address.
      String alone =
          body("localhost:" + node.httpPort(), "localhost:" + node.raftPort(), "1", "", "", "");
      String id =
          node.post("/setup?timeout=30s", alone).expect(200).json().path("clusterId").asText();
      node.put("/key/a", "1").expect(200);
      assertEquals("leader", node.state());

      Answer again = node.post("/setup?timeout=30s", alone).expect(200);
      assertEquals(id, again.json().path("clusterId").asText());
      node.post("/setup", body(node.haddr(), node.raddr(), "other", "", "", ""))
          .expect(409, "already_set_up");
      assertEquals("{\"a\":\"1\"}", node.get("/key/a").expect(200).body().strip());
    }
  }

  @Test
  void bootstrapMakesAClusterOfOneAtOnceAndInmemSaysWhatItMeans() throws IOException {
    try (Daemon node = node("solo")) {
      node.start("-bootstrap", "-inmem");
      node.awaitReady();
      node.put("/key/a", "1").expect(200);
      assertTrue(node.errors().toLowerCase(Locale.ROOT).contains("memory"), node::errors);
      node.stop();
    }
  }
}
