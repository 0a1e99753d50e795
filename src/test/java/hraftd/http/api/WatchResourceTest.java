package hraftd.http.api;

import static hraftd.testing.Eventually.eventually;
import static hraftd.testing.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.EventReader.Event;
import hraftd.http.api.TestClient.Answer;
import hraftd.kv.Command;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.watch.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BothWays
class WatchResourceTest {

  @Parameter private Way way;
  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(way, new History(100, 4 << 20));
    http = node.client();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void changesComeAsTheyHappen() throws IOException {
    http.put("/key/before", "0");
    try (EventReader events = new EventReader(http, "/watch?prefix=")) {
      assertEquals(200, events.status);
      assertEquals("text/event-stream", events.headers.get("content-type"));
      assertEquals("1", events.headers.get("x-hraftd-revision"));
      http.put("/key/a", "1");
      http.delete("/key/a");
      Event put = events.next();
      assertEquals("put", put.type());
      assertEquals("2@c1", put.id());
      assertEquals(
          "{\"key\":\"a\",\"value\":\"1\",\"version\":2,\"revision\":2}", put.data().toString());
      Event delete = events.next();
      assertEquals("delete", delete.type());
      assertEquals("3@c1", delete.id());
      assertEquals(
          "{\"key\":\"a\",\"version\":3,\"revision\":3,\"reason\":\"deleted\"}",
          delete.data().toString());
    }
  }

  @Test
  void anExpiredKeySaysSo() throws Exception {
    try (EventReader events = new EventReader(http, "/watch?key=t")) {
      http.put("/key/t?ttl=1s", "1");
      assertEquals("put", events.next().type());
      node.consensus.advance(Duration.ofSeconds(2));
      node.consensus.propose(new Command.Expire(10), Deadline.after(Duration.ofSeconds(5))).get();
      assertEquals("expired", events.next().data().get("reason").asText());
    }
  }

  @Test
  void aPrefixOrAKeySelects() throws IOException {
    try (EventReader prefix = new EventReader(http, "/watch?prefix=a/");
        EventReader key = new EventReader(http, "/watch?key=a")) {
      http.put("/key/b", "");
      http.put("/key/a", "");
      http.put("/key/a/b", "");
      http.put("/key/a", "");
      assertEquals("a/b", prefix.next().key());
      assertEquals(2, key.next().revision());
      assertEquals(4, key.next().revision());
    }
  }

  @Test
  void onlyTheLastEventOfAnEntryCanBeResumedFrom() throws IOException {
    try (EventReader events = new EventReader(http, "/watch")) {
      http.post("/key", "{\"c\":\"\",\"a\":\"\",\"b\":\"\"}");
      List<Event> entry = List.of(events.next(), events.next(), events.next());
      assertEquals(List.of("a", "b", "c"), entry.stream().map(Event::key).toList());
      assertEquals(List.of("", "", "1@c1"), entry.stream().map(Event::id).toList());
      assertEquals(List.of(1L, 1L, 1L), entry.stream().map(Event::revision).toList());
    }
  }

  @Test
  void fromResumesRightAfter() throws IOException {
    for (int i = 1; i <= 5; i++) {
      http.put("/key/k", "" + i);
    }
    try (EventReader events = new EventReader(http, "/watch?from=3")) {
      assertEquals(4, events.next().revision());
      assertEquals(5, events.next().revision());
      http.put("/key/k", "6");
      assertEquals(6, events.next().revision());
    }
  }

  @Test
  void lastEventIdGoesBeforeFrom() throws IOException {
    for (int i = 1; i <= 5; i++) {
      http.put("/key/k", "" + i);
    }
    try (EventReader events = new EventReader(http, "/watch?from=1", "Last-Event-ID: 4")) {
      assertEquals(5, events.next().revision());
    }
  }

  /** Of another store, or of this one before it lost something: what came since cannot be told. */
  @Test
  void aRevisionThatTheStoreHasNotReachedIs410() {
    http.put("/key/k", "1");
    Answer answer = http.get("/watch?from=2");
    assertEquals(410, answer.status());
    assertEquals("compacted", answer.code());
    assertEquals(1, answer.json().get("revision").asLong());
    assertEquals(0, answer.json().get("oldest").asLong());
  }

  @Test
  void aRevisionThatTheStoreHasNotReachedIsAskedOfTheLeader() {
    node.consensus.failWith(new ConsensusException.NoLeader("none"));
    assertEquals("no_leader", http.get("/watch?from=1").code());
  }

  @Test
  void aNodeThatStartsHoldsAWatchUntilItServes() throws Exception {
    node.consensus.whole(false);
    CompletableFuture<EventReader> held =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new EventReader(http, "/watch?from=0&timeout=1m");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    http.put("/key/k", "1");
    assertFalse(within(Duration.ofMillis(500), held::isDone));
    node.consensus.whole(true);
    try (EventReader events = held.get(60, TimeUnit.SECONDS)) {
      assertEquals(200, events.status);
      assertEquals("k", events.next().key());
    }
  }

  @Test
  void aNodeThatDoesNotServeInTimeSaysWhy() throws IOException {
    node.consensus.whole(false);
    assertEquals("incomplete", http.get("/watch?timeout=300ms").code());
    assertEquals("incomplete", http.get("/watch?timeout=300ms", "Accept: */*").code());
  }

  /** A browser that gets another status than 200 never comes again. */
  @Test
  void whoComesAgainByItselfIsToldWhyInAStreamThatEnds() throws IOException {
    node.consensus.whole(false);
    String accept = "Accept: text/event-stream";
    Answer incomplete = http.get("/watch?timeout=300ms", accept);
    assertEquals(200, incomplete.status());
    assertEquals("text/event-stream", incomplete.header("Content-Type"));
    assertTrue(incomplete.text().startsWith(": this node has not applied"), incomplete.text());
    node.consensus.whole(true);
    node.consensus.failWith(new ConsensusException.NoLeader("none"));
    Answer leaderless = http.get("/watch?from=1", accept);
    assertEquals(200, leaderless.status());
    assertEquals(": none\n\n", leaderless.text());
    node.consensus.failWith(null);
    assertEquals(410, http.get("/watch?from=1", accept).status(), "that will not pass");
  }

  @Test
  void aStreamThatHasMissedSomethingSaysSoBeforeItEnds() throws IOException {
    http.put("/key/k", "1");
    try (EventReader events = new EventReader(http, "/watch")) {
      events.line();
      node.history.reset(50);
      Event event = events.next();
      assertEquals("reset", event.type());
      assertEquals(1, event.revision());
      assertThrows(IOException.class, events::next);
    }
  }

  @Test
  void anIdOfAnotherClusterIs410() throws IOException {
    http.put("/key/k", "1");
    http.put("/key/k", "2");
    assertEquals("compacted", http.get("/watch", "Last-Event-ID: 1@c2").code());
    assertEquals("compacted", http.get("/watch", "Last-Event-ID: 0@c2").code());
    try (EventReader events = new EventReader(http, "/watch", "Last-Event-ID: 1@c1")) {
      assertEquals("2@c1", events.next().id());
    }
  }

  @Test
  void fromZeroGivesWhatExistsThenChanges() throws IOException {
    http.put("/key/gone", "");
    http.delete("/key/gone");
    http.post("/key", "{\"b\":\"2\",\"a\":\"1\",\"x\":\"\"}");
    try (EventReader events = new EventReader(http, "/watch?prefix=&from=0")) {
      List<String> existing = new ArrayList<>();
      Event event = events.any();
      while (!event.type().equals("progress")) {
        assertEquals("put", event.type());
        assertEquals("", event.id());
        existing.add(event.key());
        event = events.any();
      }
      assertEquals(List.of("a", "b", "x"), existing);
      assertEquals("3@c1", event.id());
      http.put("/key/c", "3");
      assertEquals("c", events.next().key());
    }
  }

  @Test
  void fromZeroOfOneKeyGivesThatKey() throws IOException {
    http.post("/key", "{\"a\":\"1\",\"ab\":\"2\"}");
    try (EventReader events = new EventReader(http, "/watch?key=a&from=0")) {
      assertEquals("a", events.any().key());
      assertEquals("progress", events.any().type());
    }
  }

  @Test
  void fromZeroOfManyKeysGivesAllOfThem() throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 2000; i++) {
      json.append(String.format("%s\"k%04d\":\"%s\"", i == 0 ? "" : ",", i, "v".repeat(50)));
    }
    http.post("/key", json.append('}').toString());
    try (EventReader events = new EventReader(http, "/watch?from=0")) {
      for (int i = 0; i < 2000; i++) {
        assertEquals(String.format("k%04d", i), events.any().key());
      }
      assertEquals("progress", events.any().type());
    }
  }

  @Test
  void aRevisionThatIsGoneIs410WithTheOldestKept() throws IOException {
    for (int i = 1; i <= 150; i++) {
      http.put("/key/k", "" + i);
    }
    Answer answer = http.get("/watch?from=10");
    assertEquals(410, answer.status());
    assertEquals("compacted", answer.code());
    long oldest = answer.json().get("oldest").asLong();
    assertEquals(50, oldest);
    assertEquals(410, http.get("/watch?from=" + (oldest - 1)).status());
    try (EventReader events = new EventReader(http, "/watch?from=" + oldest)) {
      assertEquals(oldest + 1, events.next().revision());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"from=-1", "from=x", "key=", "key=a&prefix=b", "prefix=%ff"})
  void aMalformedParameterIs400(String query) {
    assertEquals(400, http.get("/watch?" + query).status());
  }

  @Test
  void aMalformedLastEventIdIs400() {
    assertEquals(400, http.get("/watch", "Last-Event-ID: x").status());
  }

  @Test
  void headAnswersWithoutAStream() {
    assertEquals(200, http.head("/watch").status());
  }

  @Test
  void aStoppedServerEndsItsStreams() throws IOException {
    try (EventReader events = new EventReader(http, "/watch")) {
      events.line();
      node.bundle().close();
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              events.line();
            }
          });
    }
    eventually("it is gone", () -> node.bundle().watchers().count() == 0);
  }

  @Test
  void aWatcherThatDoesNotReadIsDroppedAndHoldsNobodyUp() throws Exception {
    try (EventReader deaf = new EventReader(http, "/watch");
        EventReader hearing = new EventReader(http, "/watch?key=last")) {
      String value = "x".repeat(200_000);
      for (int i = 0; i < 1000 && node.bundle().watchers().count() == 2; i++) {
        assertEquals(200, http.put("/key/k", value).status());
      }
      eventually("it is there", () -> node.bundle().watchers().count() == 1);
      http.put("/key/last", "1");
      assertEquals("last", hearing.next().key());
      assertEquals(200, deaf.status);
    }
  }

  @Test
  void everyOneOf300WatchersSeesEveryChangeInOrder() throws Exception {
    List<EventReader> watchers = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        watchers.add(new EventReader(http, "/watch?prefix=w"));
      }
      for (int i = 1; i <= 50; i++) {
        http.put("/key/w" + i, "" + i);
      }
      for (EventReader watcher : watchers) {
        for (int i = 1; i <= 50; i++) {
          assertEquals(i, watcher.next().revision());
        }
      }
      assertTrue(node.bundle().watchers().count() >= 300);
    } finally {
      for (EventReader watcher : watchers) {
        watcher.close();
      }
    }
  }
}
