package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the nodes of a cluster say of the way of a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainIT {

  private static final String SECRET = "a-secret-for-tests-of-more-than-32-characters";

  private TestCluster cluster;
  private Daemon leader;
  private Daemon follower;
  private String writer;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    cluster = TestCluster.of(directory, 3);
    cluster.nodes().forEach(node -> node.withSecret(SECRET));
    cluster.startAll();
    cluster.setUp();
    writer = "Bearer " + cluster.token("writer", "{\"prefix\":\"w/\",\"may\":\"write\"}");
    for (Daemon node : cluster.nodes()) {
      eventually(
          "the token is known",
          LONG,
          () -> node.put("/key/w/known", "1", "Authorization", writer).expect(200));
    }
  }

  /** On a busy machine another may lead since the last test. */
  @BeforeEach
  void whoLeads() {
    leader = cluster.leader();
    follower = cluster.others(leader).get(0);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private static List<JsonNode> steps(Answer answer) {
    List<JsonNode> steps = new ArrayList<>();
    answer.json().path("explain").path("steps").forEach(steps::add);
    long before = 0;
    for (JsonNode step : steps) {
      assertTrue(step.path("at").asLong(-1) >= before, () -> "back in time: " + answer);
      before = step.path("at").asLong();
    }
    return steps;
  }

  private static List<String> names(List<JsonNode> steps) {
    return steps.stream().map(step -> step.path("step").asText()).toList();
  }

  private static JsonNode first(List<JsonNode> steps, String name) {
    return steps.stream()
        .filter(step -> step.path("step").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + steps));
  }

  /** Each comes behind the one before. */
  private static void assertOrder(List<JsonNode> steps, String... names) {
    int at = -1;
    for (String name : names) {
      int next = names(steps).indexOf(name);
      assertTrue(next > at, () -> name + " in " + steps);
      at = next;
    }
  }

  private void assertIsWriteOfLeader(Answer answer) {
    List<JsonNode> steps = steps(answer);
    assertOrder(
        steps,
        "received",
        "queued",
        "taken",
        "appended",
        "sent",
        "committed",
        "applied",
        "answered");
    assertEquals(leader.name(), answer.json().path("explain").path("node").asText());
    assertEquals("leader", answer.json().path("explain").path("role").asText());
    Set<String> disks = new HashSet<>();
    for (JsonNode step : steps.subList(0, names(steps).indexOf("committed"))) {
      if (List.of("on_disk", "acknowledged").contains(step.path("step").asText())) {
        disks.add(step.path("by").asText());
      }
    }
    assertTrue(disks.size() >= 2, () -> "committed before a majority's disks: " + steps);
    long index = first(steps, "appended").path("index").asLong();
    assertEquals(index, first(steps, "committed").path("index").asLong());
    assertTrue(first(steps, "appended").path("term").asLong() > 0);
  }

  private void assertIsWriteOfFollower(Answer answer) {
    List<JsonNode> steps = steps(answer);
    assertOrder(
        steps,
        "received",
        "queued",
        "taken",
        "forwarded",
        "appended",
        "committed",
        "applied",
        "answered");
    assertEquals(leader.name(), first(steps, "forwarded").path("to").asText());
    assertFalse(names(steps).contains("sent"), steps::toString);
    assertEquals("follower", answer.json().path("explain").path("role").asText());
  }

  @Test
  void everyWriteOnLeaderAndFollower() throws IOException {
    for (Daemon node : List.of(leader, follower)) {
      for (Answer answer :
          List.of(
              node.put("/key/w/a?explain", "1", "Authorization", writer).expect(200),
              node.post("/key?explain", "{\"w/a\":\"2\",\"w/b\":\"1\"}", "Authorization", writer)
                  .expect(200),
              node.post("/txn?explain", "{\"then\":[{\"put\":{\"key\":\"w/a\",\"value\":\"3\"}}]}")
                  .expect(200),
              node.delete("/key/w/a?explain").expect(200))) {
        if (node == leader) {
          assertIsWriteOfLeader(answer);
        } else {
          assertIsWriteOfFollower(answer);
        }
      }
    }
  }

  @Test
  void readsOnLeaderAndFollower() throws IOException {
    leader.put("/key/w/read", "1").expect(200);
    Answer onLeader = leader.get("/key/w/read?explain", "Authorization", writer).expect(200);
    assertEquals("1", onLeader.json().path("value").asText());
    List<JsonNode> steps = steps(onLeader);
    assertOrder(steps, "received", "queued", "taken", "round_begun", "confirmed", "answered");
    assertTrue(
        cluster.others(leader).stream()
            .anyMatch(n -> n.name().equals(first(steps, "confirmed").path("by").asText())));

    List<JsonNode> asked = steps(follower.get("/key/w/read?explain").expect(200));
    assertOrder(asked, "received", "queued", "taken", "asked", "read_index", "applied", "answered");
    assertEquals(leader.name(), first(asked, "asked").path("to").asText());
    assertEquals(leader.name(), first(asked, "read_index").path("by").asText());
    assertTrue(first(asked, "read_index").path("index").asLong() > 0);

    Answer stale = follower.get("/key/w/read?explain&level=stale").expect(200);
    assertEquals(List.of("received", "served_stale", "answered"), names(steps(stale)));
    assertEquals(
        List.of("received", "queued", "taken"),
        names(steps(leader.get("/key/w/absent?explain").expect(404))).subList(0, 3));
  }

  @Test
  void whoMayNotDoItIsNotToldHowItWouldGo() throws IOException {
    Answer refused = follower.put("/key/x?explain", "1", "Authorization", writer);
    assertFalse(refused.expect(403, "forbidden").json().has("explain"));
  }

  @Test
  void withoutItNothingIsSaid() throws IOException {
    assertFalse(leader.put("/key/w/plain", "1").expect(200).json().has("explain"));
  }
}
