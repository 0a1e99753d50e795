package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Yardstick;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What hraftd is for: start three, set up, write, read, lose the leader, shut down, start again.
 */
@BothEngines
class MainJobIT {

  /** What the documents promise for a full restart, from the last line that says "listening". */
  private static final Duration RESTART = Duration.ofSeconds(5);

  @TempDir Path directory;

  private final EngineUnderTest engine;

  MainJobIT(EngineUnderTest engine) {
    this.engine = engine;
  }

  @Test
  void startSetUpWriteReadLoseTheLeaderShutDownAndStartAgain() throws IOException {
    try (TestCluster cluster = TestCluster.waiting(engine, directory, 3)) {
      Daemon node1 = cluster.node(1);
      Daemon node2 = cluster.node(2);
      Daemon node3 = cluster.node(3);
      assertEquals(
          "hraftd node1 listening on http://%s, raft %s, waiting for /setup"
              .formatted(node1.haddr(), node1.raddr()),
          node1.listening().replaceFirst("^[0-9T:.+Z-]+ INFO Main - ", ""));
      assertEquals("waiting", node1.state());
      assertEquals(engine.flag(), node1.status().path("engine").asText());
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
      JsonNode formed = node1.post("/setup?timeout=30s", setup).expect(200).json();
      if (engine == EngineUnderTest.RAFT) { // the other cannot choose
        assertEquals("1", formed.path("leader").path("id").asText());
      }
      assertEquals(3, formed.path("members").size());
      String clusterId = formed.path("clusterId").asText();
      assertTrue(clusterId.length() >= 8, clusterId);

      cluster.awaitReady();
      Daemon leader = leader(cluster);
      List<Daemon> followers = cluster.nodes().stream().filter(n -> n != leader).toList();
      followers.get(0).post("/key", "{\"myKey\":\"myValue\"}").expect(200);
      assertEquals(
          "{\"myKey\":\"myValue\"}", followers.get(1).get("/key/myKey").expect(200).body().strip());

      leader.kill();
      eventually(
          "the others go on",
          LONG,
          () -> followers.get(0).post("/key", "{\"later\":\"value\"}").expect(200));
      leader.start();
      cluster.awaitReady();
      assertEquals("{\"later\":\"value\"}", leader.get("/key/later").expect(200).body().strip());

      JsonNode ended = node1.post("/shutdown", setup).expect(200).json();
      assertEquals(3, ended.path("stopped").size(), ended::toString);
      assertEquals(0, ended.path("failed").size(), ended::toString);
      for (Daemon node : cluster.nodes()) {
        assertEquals(0, node.exitCode(), node::errors);
      }

      double before = Yardstick.slowness();
      cluster.startAll();
      assertTrue(node1.listening().contains("member 1 of cluster"), node1::listening);
      Duration limit = Yardstick.stretched(RESTART, before, Yardstick.slowness());
      for (Daemon node : cluster.nodes()) {
        Answer answer =
            eventually(
                "it serves again",
                engine == EngineUnderTest.RAFT ? limit : LONG,
                () -> node.get("/key/myKey").expect(200));
        assertEquals("{\"myKey\":\"myValue\"}", answer.body().strip());
        assertEquals("{\"later\":\"value\"}", node.get("/key/later").expect(200).body().strip());
        assertEquals(clusterId, node.status().path("clusterId").asText());
      }
      List<Daemon> nodes = cluster.nodes();
      nodes.forEach(Daemon::awaitReady);
    }
  }

  /** The node that leads; the ids of /setup are not the nodes' own names. */
  private static Daemon leader(TestCluster cluster) throws IOException {
    String id = cluster.node(1).status().path("leader").path("id").asText();
    return cluster.node(Integer.parseInt(id));
  }

  @Test
  void shutdownWithoutBodyEndsEveryMemberAndSelfOnlyTheOneAsked() throws IOException {
    try (TestCluster cluster = TestCluster.ready(engine, directory, 3)) {
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
