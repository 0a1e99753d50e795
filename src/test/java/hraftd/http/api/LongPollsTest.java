package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.RequestBudget;
import hraftd.http.api.TestClient.Answer;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.raft.Deadline;
import hraftd.testing.Background;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /key/<k>?wait=}: answered when there is something new to say. */
class LongPollsTest extends OnOneNode {

  private static CompletableFuture<Answer> get(String target, String... headers) {
    return Background.supply(() -> http.get(target, headers));
  }

  private static void awaitWaiting(int count) {
    eventually("so many wait", () -> node.bundle().waits().count() == count);
  }

  private static Answer answer(CompletableFuture<Answer> answer) {
    return answer.orTimeout(LONG.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private static String version(String key) {
    return "If-None-Match: " + http.get("/key/" + key).header("ETag");
  }

  @Test
  void anAbsentKeyIsWaitedFor() {
    http.delete("/key/absent");
    CompletableFuture<Answer> waiting = get("/key/absent?wait=60s");
    CompletableFuture<Answer> raw = get("/key/absent?wait=60s&raw");
    CompletableFuture<Answer> stale = get("/key/absent?wait=60s&level=stale");
    awaitWaiting(3);
    http.put("/key/absent/not", "other");
    http.delete("/key/absent");
    assertEquals(3, node.bundle().waits().count());
    String etag = http.put("/key/absent", "come").header("ETag");
    assertEquals("{\"absent\":\"come\"}", answer(waiting).text());
    assertEquals(etag, answer(waiting).header("ETag"));
    assertEquals("come", answer(raw).text());
    assertEquals(200, answer(stale).status());
    awaitWaiting(0);
  }

  @Test
  void whatWaitsHasASmallHead() {
    String filler = "Accept: application/json" + ", text/x".repeat(512);
    Answer refused = http.get("/key/large?wait=60s", filler);
    assertEquals(413, refused.status());
    assertEquals("too_large", refused.code());
    assertTrue(refused.text().contains("the limit is 4096 bytes"), refused.text());
    assertEquals(404, http.get("/key/large", filler).status());
  }

  @Test
  void aVersionIsWaitedFor() {
    http.put("/key/versions", "1");
    CompletableFuture<Answer> changed = get("/key/versions?wait=60s", version("versions"));
    awaitWaiting(1);
    http.post("/key", "{\"another\":\"1\",\"versions\":\"2\"}");
    assertEquals("{\"versions\":\"2\"}", answer(changed).text());
    CompletableFuture<Answer> deleted = get("/key/versions?wait=60s", version("versions"));
    awaitWaiting(1);
    http.delete("/key?prefix=version");
    assertEquals("not_found", answer(deleted).code());
    awaitWaiting(0);
  }

  @Test
  void theEndOfAKeyIsWaitedFor() {
    http.put("/key/lock", "1");
    CompletableFuture<Answer> gone = get("/key/lock?wait=60s", "If-None-Match: *");
    awaitWaiting(1);
    http.put("/key/lock", "2");
    http.put("/key/lock", "3");
    assertFalse(gone.isDone(), "it is still there");
    http.delete("/key/lock");
    assertEquals("not_found", answer(gone).code());
    awaitWaiting(0);
  }

  @Test
  void aStoreThatIsReplacedIsLookedAtAnew() {
    String backup = http.post("/key", "{\"restored\":\"1\"}").text();
    assertFalse(backup.isEmpty());
    byte[] file = http.get("/backup").body();
    http.delete("/key/restored");
    CompletableFuture<Answer> waiting = get("/key/restored?wait=60s");
    awaitWaiting(1);
    assertEquals(200, http.send("POST", "/restore", file).status());
    assertEquals("{\"restored\":\"1\"}", answer(waiting).text());
  }

  @Test
  void whatIsNewIsSaidAtOnce() {
    http.put("/key/new", "1");
    String old = version("new");
    http.put("/key/new", "2");
    assertEquals(200, http.get("/key/new?wait=60s").status());
    assertEquals(200, http.get("/key/new?wait=60s", old).status());
    assertEquals(200, http.head("/key/new?wait=60s").status());
    http.delete("/key/new");
    assertEquals(404, http.get("/key/new?wait=60s", old).status());
    assertEquals(404, http.get("/key/new?wait=60s", "If-None-Match: *").status());
    assertEquals(0, node.bundle().waits().count());
  }

  @Test
  void whenTheTimeIsOverTheAnswerIsWhatThereIs() {
    http.put("/key/same", "1");
    long begin = System.nanoTime();
    Answer known = http.get("/key/same?wait=300ms", version("same"));
    assertTrue(System.nanoTime() - begin >= Duration.ofMillis(300).toNanos());
    assertEquals(304, known.status());
    assertEquals("" + node.state.view().revision(), known.header("X-Hraftd-Revision"));
    assertEquals(304, http.get("/key/same?wait=1ms", "If-None-Match: *").status());
    assertEquals(304, http.get("/key/same?wait=0", "If-None-Match: *").status());
    assertEquals(404, http.get("/key/never?wait=1ms").status());
    assertEquals(404, http.get("/key/never?wait=1ms&timeout=1h").status());
    awaitWaiting(0);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /key/k?wait=61s, 'at most 60s'",
    "GET, /key/k?wait, wait",
    "GET, /key/k?wait=-1s, wait",
    "GET, /key/k?wait=soon, wait",
    "GET, /key/k?wait=1s&wait=1s, twice",
    "GET, /key?wait=1s, wait",
    "DELETE, /key/k?wait=1s, wait"
  })
  void whatMakesNoSenseIsRefused(String method, String target, String word) {
    Answer answer = http.send(method, target, null);
    assertEquals("bad_request", answer.code());
    assertTrue(answer.detail().contains(word), answer::text);
  }

  @Test
  void whoWantsAVersionHasNothingToWaitFor() {
    Answer answer = http.get("/key/k?wait=1s", "If-Match: \"1\"");
    assertEquals("bad_request", answer.code());
    assertTrue(answer.detail().contains("If-Match"), answer::text);
  }

  @Test
  void whoWaitsTakesNeitherThreadNorPlace() {
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    int many = 300; // More than the server has threads.
    for (int i = 0; i < many; i++) {
      waiting.add(get("/key/many?wait=60s"));
    }
    awaitWaiting(many);
    eventually("none is being answered", () -> node.server.admission().requests() == 0);
    assertTrue(http.get("/metrics").text().contains("hraftd_waiting_reads " + many + ".0"));
    http.put("/key/many", "1");
    waiting.forEach(one -> assertEquals(200, answer(one).status()));
    awaitWaiting(0);
    http.delete("/key/many");
  }

  @Test
  void whatHasBeenWaitedForIsCountedAmongWhatTheNodeHolds() {
    RequestBudget budget = node.server.admission();
    SocketAddress others = InetSocketAddress.createUnresolved("others", 1);
    long most = RequestBudget.MAX_BODY_BYTES;
    CompletableFuture<Answer> waiting = get("/key/held?wait=60s");
    awaitWaiting(1);
    eventually("nothing is held", () -> budget.bodyBytes() == 0);
    budget.reserve(others, 0, most - most / 8);
    try {
      putShort("held");
      assertEquals("overloaded", answer(waiting).code());
    } finally {
      budget.release(others, most - most / 8);
    }
    assertEquals(200, http.get("/key/held?wait=60s").status());
    http.delete("/key/held");
    CompletableFuture<Answer> again = get("/key/held?wait=60s");
    awaitWaiting(1);
    putShort("held");
    assertEquals(200, answer(again).status());
    eventually("all is given back", () -> budget.bodyBytes() == 0);
    http.delete("/key/held");
  }

  /** What is no long answer. Without a request, which would have to be held too. */
  private static void putShort(String key) {
    byte[] value = "x".repeat(20 << 10).getBytes(StandardCharsets.UTF_8);
    Command.Pair pair = new Command.Pair(Key.of(key), value, 0);
    node.consensus.propose(new Command.Put(List.of(pair), Guard.NONE), Deadline.after(LONG)).join();
  }

  @Test
  void aNodeThatStopsLetsNobodyWait() throws IOException {
    try (TestNode stopping = new TestNode(way)) {
      TestClient client = stopping.client();
      CompletableFuture<Answer> waiting =
          Background.supply(() -> client.get("/key/a?wait=60s", "If-None-Match: \"7\""));
      CompletableFuture<Answer> absent = Background.supply(() -> client.get("/key/a?wait=60s"));
      answer(waiting);
      eventually("one waits", () -> stopping.bundle().waits().count() == 1);
      stopping.bundle().close();
      assertEquals("shutting_down", answer(absent).code());
      assertEquals("shutting_down", client.get("/key/a?wait=60s").code());
    }
  }
}
