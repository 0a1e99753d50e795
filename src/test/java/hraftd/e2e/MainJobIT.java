package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hraftd is for: start three, set up, write, read, shut down, start again. */
class MainJobIT {

  /** What the documents promise for a full restart, from the last line that says "listening". */
  private static final Duration RESTART = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void startSetUpWriteReadShutDownAndStartAgain() throws IOException {
    try (TestCluster cluster = TestCluster.waiting(directory, 3)) {
      Daemon node1 = cluster.node(1);
      Daemon node2 = cluster.node(2);
      Daemon node3 = cluster.node(3);
      assertEquals(
          "hraftd node1 listening on http://%s, raft %s, waiting for /setup"
              .formatted(node1.haddr(), node1.raddr()),
          node1.listening());
      assertEquals("waiting", node1.state());
      node1.get("/livez").expect(200);
      node1.get("/readyz").expect(503);
      node1.get("/key/myKey").expect(503, "not_set_up");

      // The ids in /setup are not the nodes' own names, and a real client sends a message too.
      String setup =
          """
          {"message":"raft_start","leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"1",
           "clientAddrs":["%s","%s"],"clientRaftAddrs":["%s","%s"],"clientIds":["2","3"]}
          """
              .formatted(
                  node1.haddr(),
                  node1.raddr(),
                  node2.haddr(),
                  node3.haddr(),
                  node2.raddr(),
                  node3.raddr());
      JsonNode formed = node1.post("/setup", setup).expect(200).json();
      assertEquals("1", formed.path("leader").path("id").asText());
      assertEquals(3, formed.path("members").size());
      String clusterId = formed.path("clusterId").asText();
      assertTrue(clusterId.length() >= 8, clusterId);

      node2.post("/key", "{\"myKey\":\"myValue\"}").expect(200);
      assertEquals("{\"myKey\":\"myValue\"}", node3.get("/key/myKey").expect(200).body().strip());

      JsonNode ended = node1.post("/shutdown", setup).expect(200).json();
      assertEquals(3, ended.path("stopped").size(), ended::toString);
      assertEquals(0, ended.path("failed").size(), ended::toString);
      for (Daemon node : cluster.nodes()) {
        assertEquals(0, node.exitCode(), node::errors);
      }

      cluster.startAll();
      assertTrue(node1.listening().contains("member 1 of cluster"), node1::listening);
      for (Daemon node : cluster.nodes()) {
        Answer answer =
            eventually("it serves again", RESTART, () -> node.get("/key/myKey").expect(200));
        assertEquals("{\"myKey\":\"myValue\"}", answer.body().strip());
        assertEquals(clusterId, node.status().path("clusterId").asText());
      }
      List<Daemon> nodes = cluster.nodes();
      nodes.forEach(Daemon::awaitReady);
    }
  }

  @Test
  void shutdownWithoutBodyEndsEveryMemberAndSelfOnlyTheOneAsked() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon alone = cluster.followers().get(0);
      alone.post("/shutdown?self", "").expect(200);
      assertEquals(0, alone.exitCode(), alone::errors);
      cluster.leader().put("/key/a", "1").expect(200);

      cluster.startAll();
      cluster.awaitReady();
      cluster.node(2).post("/shutdown", "").expect(200);
      for (Daemon node : cluster.nodes()) {
        assertEquals(0, node.exitCode(), node::errors);
      }
    }
  }
}
