package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import hraftd.kv.Command;
import hraftd.raft.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that says since when it tries is never answered by a second write. */
class SafeRetriesTest extends OnOneNode {

  /** As many are remembered in any case. */
  private static final int NEWEST = 100_000;

  private static CompletableFuture<?> propose(Command command) {
    return node.consensus.propose(command, Deadline.after(Duration.ofMinutes(1)));
  }

  private static void forgetWhatWasBefore() {
    for (int i = 1; i < NEWEST; i++) {
      var unused = propose(new Command.Once("f" + i, 1, new Command.Tick()));
    }
    propose(new Command.Once("f0", 1, new Command.Tick())).join();
    propose(new Command.RememberByAge()).join();
  }

  private static String key(String name, Answer seen) {
    return "Idempotency-Key: " + name + ";since=" + seen.header("X-Hraftd-Revision");
  }

  @Test
  void aRepeatThatMayBeTooOldIsNotDone() {
    String key = key("first", http.get("/key?prefix=none"));
    assertEquals(200, http.put("/key/a", "1", key).status());
    assertEquals(200, http.put("/key/a", "1", key).status());
    forgetWhatWasBefore();
    assertEquals(200, http.put("/key/a", "2").status());

    Answer repeat = http.put("/key/a", "1", key);
    assertEquals(409, repeat.status());
    assertEquals("repeat_expired", repeat.code());
    assertEquals("unknown", repeat.json().get("outcome").asText());
    assertEquals("{\"a\":\"2\"}", http.get("/key/a").text());

    String newer = key("second", http.get("/key/a"));
    Answer written = http.put("/key/a", "3", newer);
    assertEquals(200, written.status(), written::text);
    assertEquals(written.text(), http.put("/key/a", "3", newer).text());

    Answer never = http.put("/key/a", "4", "Idempotency-Key: third;since=999999");
    assertEquals("conflict", never.code());
    assertTrue(never.text().contains("has not reached"), never::text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a;since=",
        "a;since=x",
        "a;since=-1",
        "a;since=1;b",
        "a;since=12345678901234567",
        "a; since=0",
        "a;Since=0",
        "a;since =0",
        "a;since= 0",
        "a;since=0;since=0",
        "a;SINCE=0;since=0"
      })
  void whatIsNoRevisionIsRefused(String key) {
    Answer refused = http.put("/key/b", "1", "Idempotency-Key: " + key);
    assertEquals(400, refused.status());
    assertTrue(refused.text().contains("must be a revision"), refused::text);
  }

  @Test
  void otherWordsArePlainText() {
    assertEquals(200, http.put("/key/c", "1", "Idempotency-Key: a;sincere=1;b since=2").status());
  }
}
