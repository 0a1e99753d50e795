package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody chooses who leads, and is told who does. */
class TransferIT {

  /** A second more than a member may be silent for that is to lead. */
  private static final long SILENT_MILLIS = 3_000;

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  private static String id(Daemon node) {
    return "{\"id\":\"" + node.name() + "\"}";
  }

  /** Sends it until it is done: on a very busy machine an election may fail. */
  private static Answer transfer(Daemon asked, String body) {
    return eventually("somebody else leads", LONG, () -> asked.post("/transfer", body).expect(200));
  }

  private static void assertLeads(Daemon node, Answer answer) throws IOException {
    assertEquals(node.name(), answer.json().path("leader").path("id").asText(), answer::toString);
    assertEquals(node.haddr(), answer.json().path("leader").path("http").asText());
    assertEquals(node.raddr(), answer.json().path("leader").path("address").asText());
  }

  private static JsonNode peer(Daemon leader, Daemon follower) throws IOException {
    for (JsonNode other : leader.status().path("followers")) {
      if (other.path("id").asText().equals(follower.name())) {
        return other;
      }
    }
    throw new AssertionError(follower + " is no follower of " + leader);
  }

  @Test
  void anyNodeIsAskedAndWritesGoOn() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      for (Daemon asked : cluster.nodes()) {
        for (Daemon next : cluster.nodes()) {
          Answer answer = transfer(asked, id(next));
          assertLeads(next, answer);
          assertEquals(next, cluster.leader(), "it leads as soon as the answer says so");
          long term = answer.json().path("term").asLong();
          assertEquals(term, asked.status().path("term").asLong());
          next.put("/key/" + asked.name(), next.name()).expect(200);
        }
      }
      Daemon leader = cluster.leader();
      long term = leader.status().path("term").asLong();
      for (Daemon asked : cluster.nodes()) {
        Answer again = asked.post("/transfer", id(leader)).expect(200);
        assertLeads(leader, again);
        assertEquals(term, again.json().path("term").asLong(), "nothing has happened");
      }

      Answer another = transfer(leader, "{}");
      assertNotEquals(leader.name(), another.json().path("leader").path("id").asText());
      assertLeads(cluster.leader(), another);
      another = transfer(leader, "");
      assertLeads(cluster.leader(), another);
    }
  }

  @Test
  void whoCannotLeadIsRefusedAndTheLeaderStays() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon learner = cluster.add(new Daemon("node4", directory.resolve("node4")));
      learner.start("-join", cluster.node(1).haddr(), "-learner").awaitReady();
      eventually("it is a learner", () -> learner.state().equals("learner"));
      Daemon leader = cluster.leader();
      Daemon dead = cluster.others(leader).get(0);
      dead.kill();
      eventually(
          "the leader misses it",
          () -> peer(leader, dead).path("sinceContactMillis").asLong() > SILENT_MILLIS);
      long term = leader.status().path("term").asLong();
      for (Daemon asked : cluster.others(dead)) {
        if (asked.isRunning()) {
          asked.post("/transfer", "{\"id\":\"nobody\"}").expect(404, "not_found");
          asked.post("/transfer", id(learner)).expect(409, "conflict");
          asked.post("/transfer", id(dead)).expect(503, "unreachable");
          asked.post("/transfer", "{\"to\":\"node1\"}").expect(400, "bad_request");
          asked.post("/transfer", "node1").expect(400, "bad_request");
          asked.post("/transfer?forwarded", "{}").expect(400, "bad_request");
        }
      }
      assertEquals(leader, cluster.leader());
      assertEquals(term, leader.status().path("term").asLong());
      leader.put("/key/a", "1").expect(200);

      // The learner asks as everybody may, for one that can.
      Daemon other =
          cluster.others(leader).stream().filter(n -> n != learner).findFirst().orElseThrow();
      assertLeads(other, transfer(learner, id(other)));
    }
  }

  @Test
  void oneThatHangsIsWaitedForUntilTheTimeIsOver() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      Daemon frozen = cluster.others(leader).get(0);
      Daemon asked = cluster.others(leader).get(1);
      frozen.freeze();
      try {
        Answer answer = asked.post("/transfer?timeout=1s", id(frozen));
        // It may have been silent for too long by then.
        assertTrue(answer.status() == 504 || answer.status() == 503, answer::toString);
        if (answer.status() == 504) {
          assertEquals("unknown", answer.expect(504, "timeout").json().path("outcome").asText());
        }
      } finally {
        frozen.thaw();
      }
      cluster.awaitReady();
      asked.put("/key/a?timeout=5s", "1").expect(200);
    }
  }

  @Test
  void theClusterIsTheAdminsAndItIsWrittenDown() throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 3)) {
      cluster.nodes().forEach(node -> node.withSecret(SECRET));
      cluster.startAll();
      cluster.setUp();
      Daemon leader = cluster.leader();
      Daemon next = cluster.others(leader).get(0);
      String writer = cluster.token("writer", "{\"prefix\":\"\",\"may\":\"write\"}");
      next.post("/transfer", id(next), "Authorization", "Bearer " + writer)
          .expect(403, "forbidden");
      assertLeads(next, transfer(next, id(next)));
      eventually("it is written down", () -> next.errors().contains(": 200 POST /transfer"));
      eventually("by both", () -> leader.errors().contains(": 200 POST /cluster/lead"));
    }
  }
}
