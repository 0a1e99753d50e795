package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Keyring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three processes tell of themselves to who asks one of them. */
class EventsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static boolean is(JsonNode event, String name, String node) {
    return event.path("event").asText().equals(name) && event.path("node").asText().equals(node);
  }

  @Test
  void whoLooksAtOneNodeSeesTheDeathOfTheLeaderAndTheElectionOfTheNext() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      List<Daemon> others = cluster.others(leader);
      try (ToldEvents page = new ToldEvents(others.get(0), "")) {
        for (Daemon node : cluster.nodes()) {
          page.await("a state of " + node, event -> is(event, "state", node.name()));
        }
        JsonNode run = page.told().get(0);
        assertEquals("run", run.path("event").asText());
        assertEquals(3, run.path("nodes").size());
        others.get(0).put("/key/color", "red").expect(200);
        page.await(
            "the entry on the other follower's tape",
            event ->
                is(event, "state", others.get(1).name())
                    && event.path("tape").toString().contains("[\"color\"]"));
        leader.kill();
        JsonNode broken =
            page.await(
                "the connection that broke",
                event ->
                    event.path("kind").asText().equals("unreachable")
                        && event.path("other").asText().equals(leader.name()));
        assertEquals("moment", broken.path("event").asText());
        Daemon next = cluster.leader();
        long term = page.awaitMoment(next.name(), "campaigns").path("term").asLong();
        page.await(
            "it leads",
            event ->
                is(event, "moment", next.name())
                    && event.path("kind").asText().equals("leads")
                    && event.path("term").asLong() >= term);
        // A message is told by both, under one mark.
        page.await(
            "a message of the new leader at the other end",
            event ->
                event.path("event").asText().equals("recv")
                    && event.path("from").asText().equals(next.name())
                    && event.path("term").asLong() >= term
                    && marks(page.told(), next.name()).contains(event.path("mark").asText()));
      }
    }
  }

  /** Of the messages that a node has sent. */
  private static Set<String> marks(List<JsonNode> told, String node) {
    Set<String> marks = new HashSet<>();
    for (JsonNode event : told) {
      if (is(event, "msg", node)) {
        marks.add(event.path("mark").asText());
      }
    }
    return marks;
  }

  @Test
  void whatIsDownloadedIsTheRunAndThenEachMembersEventsInTheirOrder() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon node = cluster.node(1);
      node.put("/key/a", "1").expect(200);
      assertEquals(Set.of("node1"), tellers(downloaded(node, "?own&download")));
      List<JsonNode> events = downloaded(node, "?download");
      assertEquals(Set.of("node1", "node2", "node3"), tellers(events));
      for (Daemon each : cluster.nodes()) {
        assertTrue(events.stream().anyMatch(event -> is(event, "msg", each.name())));
      }

      cluster.node(2).kill();
      cluster.node(3).freeze();
      try {
        events = downloaded(node, "?download");
      } finally {
        cluster.node(3).thaw();
      }
      assertEquals(Set.of("node1", ""), tellers(events));
      List<String> missing = new ArrayList<>();
      events.stream()
          .filter(event -> event.path("kind").asText().equals("missing"))
          .forEach(event -> missing.add(event.path("other").asText()));
      assertEquals(List.of("node2", "node3"), missing);
    }
  }

  private static List<JsonNode> downloaded(Daemon node, String query) throws IOException {
    Answer answer = node.get("/events" + query).expect(200);
    assertEquals("application/x-ndjson", answer.header("Content-Type"));
    List<JsonNode> events = new ArrayList<>();
    for (String line : answer.body().lines().toList()) {
      events.add(JSON.readTree(line));
    }
    assertEquals("run", events.remove(0).path("event").asText());
    return events;
  }

  /** Who tells, each in the order of its numbers; the name of nobody is empty. */
  private static Set<String> tellers(List<JsonNode> events) {
    Map<String, Long> newest = new HashMap<>();
    for (JsonNode event : events) {
      String node = event.path("node").asText();
      Long before = newest.put(node, event.path("n").asLong());
      assertTrue(node.isEmpty() || before == null || newest.get(node) > before, event.toString());
    }
    return newest.keySet();
  }

  @Test
  void tenReadersAndAllThatTheyTakeAreGoneWhenTheyLeave() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon node = cluster.node(1);
      Daemon other = cluster.node(2);
      for (int round = 0; round < 2; round++) {
        List<ToldEvents> pages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          pages.add(new ToldEvents(node, ""));
        }
        for (ToldEvents page : pages) {
          page.await("what another member tells", event -> is(event, "state", other.name()));
        }
        assertEquals(1, readers(other), "the other member is asked once");
        pages.forEach(ToldEvents::close);
        eventually("nobody reads any more", () -> readers(node) == 0 && readers(other) == 0);
      }
    }
  }

  /** How many read a node's events, as its metrics say. */
  private static long readers(Daemon node) throws IOException {
    return node.get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith("hraftd_events_readers "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void membersThatAskEachOtherWhoTheyAreTellEachOtherAndATokenThatIsTakenBackEndsItsStream()
      throws IOException {
    Keyring keys = Keyring.make(directory.resolve("keys"), List.of("node1", "node2", "node3"));
    try (TestCluster cluster = TestCluster.ready(keys, directory, 3)) {
      String token = cluster.token("looks", "{\"prefix\":\"\",\"may\":\"admin\"}");
      String admin = "Bearer " + token;
      Answer file = cluster.node(1).get("/events?download", "Authorization", admin).expect(200);
      assertTrue(file.body().contains("node3 starts"), "they give each other what they have kept");
      try (ToldEvents page = new ToldEvents(cluster.node(1), keys, token)) {
        for (Daemon node : cluster.nodes()) {
          page.await("a state of " + node, event -> is(event, "state", node.name()));
        }
        assertTrue(audited(cluster.node(1)), "a person has looked");
        assertFalse(audited(cluster.node(2)), "only another member has");
        cluster.node(2).delete("/token/looks").expect(200);
        eventually("the stream is over", page::isOver);
      }
    }
  }

  private static boolean audited(Daemon node) {
    return node.errors()
        .lines()
        .anyMatch(line -> line.contains("audit") && line.contains("GET /events"));
  }

  @Test
  void theOtherEngineSaysThatItCannot() throws IOException {
    try (TestCluster cluster = TestCluster.ready(EngineUnderTest.JGROUPS_RAFT, directory, 1)) {
      cluster.node(1).get("/events").expect(501, "not_supported");
    }
  }
}
