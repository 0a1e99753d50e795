package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.RequestBudget;
import hraftd.http.api.TestClient.Answer;
import hraftd.raft.ConsensusException;
import hraftd.testing.Background;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@BothWays
class LimitsTest {

  /** Clients elsewhere; not resolved, so that no address has a share of what they hold. */
  private static final InetSocketAddress OTHERS = InetSocketAddress.createUnresolved("others", 1);

  @Parameter private Way way;
  private static final int MIB = 1 << 20;

  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(way);
    http = node.client();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static void tooLarge(Answer answer, long limit, long actual) {
    assertEquals(413, answer.status());
    assertEquals("too_large", answer.code());
    assertEquals("rejected", answer.json().get("outcome").asText());
    assertTrue(answer.detail().contains("" + limit), answer.detail());
    assertTrue(answer.detail().contains("" + actual), answer.detail());
  }

  /** A client may have its answer a moment before the server has counted it. */
  private void nothingIsHeld() {
    eventually("all is answered", () -> node.server.admission().requests() == 0);
    assertEquals(0, node.server.admission().bodyBytes());
  }

  @Test
  void aBodyOver8MibIsRefusedWithOrWithoutALength() {
    byte[] body = new byte[8 * MIB + 1];
    tooLarge(http.send("POST", "/key", body), 8 * MIB, body.length);
    tooLarge(http.send("POST", "/txn", body), 8 * MIB, body.length);
    tooLarge(http.chunked("POST", "/key", body, 100_000), 8 * MIB, body.length);
    tooLarge(http.chunked("PUT", "/key/k", body, 100_000), 8 * MIB, body.length);
    nothingIsHeld();
  }

  @Test
  void aClientThatAsksFirstIsToldBeforeItSends() throws IOException {
    String head =
        "PUT /key/k HTTP/1.1\r\nHost: test\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n";
    tooLarge(http.raw(head.getBytes(StandardCharsets.UTF_8), null), 8 * MIB, 9_000_000);
  }

  @Test
  void aValueOver1MibIsRefused() {
    assertEquals(200, http.put("/key/k", "x".repeat(MIB)).status());
    tooLarge(http.put("/key/k", "x".repeat(MIB + 1)), MIB, MIB + 1);
    tooLarge(http.post("/key", "{\"k\":\"" + "x".repeat(MIB + 1) + "\"}"), MIB, MIB + 1);
    assertEquals(MIB, http.get("/key/k?raw").body().length);
  }

  @Test
  void aKeyOver4096BytesIsRefused() {
    assertEquals(200, http.put("/key/" + "k".repeat(4096), "").status());
    tooLarge(http.put("/key/" + "k".repeat(4097), ""), 4096, 4097);
    tooLarge(http.get("/key/" + "k".repeat(4097)), 4096, 4097);
    tooLarge(http.delete("/key/" + "k".repeat(4097)), 4096, 4097);
    tooLarge(http.post("/key", "{\"" + "é".repeat(2049) + "\":\"\"}"), 4096, 4098);
    tooLarge(http.post("/key", "{\"" + "k".repeat(60_000) + "\":\"\"}"), 4096, 60_000);
    tooLarge(http.get("/key?prefix=" + "k".repeat(4097)), 4096, 4097);
    assertEquals(200, http.get("/key/" + "%6b".repeat(4096)).status());
  }

  @Test
  void aTargetLongerThanAnyKeyIsRefusedToo() {
    Answer answer = http.get("/key/" + "k".repeat(100_000));
    assertEquals(413, answer.status());
    assertEquals("too_large", answer.code());
  }

  @Test
  void aLongBodyOfManyPairsIsWritten() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; json.length() < 4 * MIB; i++) {
      json.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"");
      json.append("v".repeat(500)).append('"');
    }
    assertEquals(200, http.post("/key", json.append('}').toString()).status());
    assertEquals(200, http.get("/key/k1000").status());
  }

  @Test
  void morePairsThanOneEntryTakesAreRefused() {
    assertEquals(200, http.post("/key", pairs(10_000)).status());
    long revision = node.state.view().revision();
    Answer answer = http.post("/key", pairs(10_001));
    assertEquals(413, answer.status());
    assertEquals("too_large", answer.code());
    assertEquals(revision, node.state.view().revision());
  }

  private static String pairs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k" + i + "\":\"\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void aBodyThatEndsEarlyWritesNothing() throws IOException {
    try (Socket socket = http.connect()) {
      socket
          .getOutputStream()
          .write(
              "PUT /key/k HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n12345"
                  .getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
    assertEquals(404, http.get("/key/k").status());
    nothingIsHeld();
  }

  @Test
  void slowBodiesHoldNobodyUp() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = http.connect();
        socket
            .getOutputStream()
            .write(
                "PUT /key/slow HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n1"
                    .getBytes(StandardCharsets.UTF_8));
        slow.add(socket);
      }
      assertEquals(200, http.put("/key/quick", "1").status());
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void tooManyRequestsInFlightAre429() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    node.consensus.hold(gate);
    try {
      for (int i = 0; i < RequestBudget.MAX_REQUESTS; i++) {
        node.server.admission().enter();
      }
      Answer answer = http.get("/key/k");
      assertEquals(429, answer.status());
      assertEquals("overloaded", answer.code());
      assertEquals("1", answer.header("Retry-After"));
    } finally {
      for (int i = 0; i < RequestBudget.MAX_REQUESTS; i++) {
        node.server.admission().leave();
      }
      gate.complete(null);
      node.consensus.hold(null);
    }
    assertEquals(404, http.get("/key/k").status());
  }

  @Test
  void tooManyBytesOfBodiesAre429() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    node.consensus.hold(gate);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    String body = "x".repeat(MIB);
    for (int i = 0; i < 70; i++) {
      int number = i;
      answers.add(Background.supply(() -> http.put("/key/b" + number, body)));
    }
    CompletableFuture<Object> first =
        CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new));
    assertEquals(429, ((Answer) first.get()).status());
    gate.complete(null);
    for (CompletableFuture<Answer> answer : answers) {
      int status = answer.get().status();
      assertTrue(status == 200 || status == 429, "" + status);
    }
    nothingIsHeld();
  }

  /** A client that is sending cannot hear of it before it has sent all. */
  @Test
  void whoeverSendsABodyThatThereIsNoRoomForReadsTheAnswer() {
    long others = RequestBudget.MAX_BODY_BYTES * 7 / 8 - MIB;
    node.server.admission().reserve(OTHERS, 0, others);
    try {
      Answer refused = http.post("/key", "{\"k\":\"" + "x".repeat(7 * MIB) + "\"}");
      assertEquals(429, refused.status());
      assertEquals(200, http.put("/key/small", "x".repeat(1000)).status());
    } finally {
      node.server.admission().release(OTHERS, others);
    }
    nothingIsHeld();
  }

  @Test
  void longAnswersAreCountedWhileTheyAreSent() {
    http.put("/key/big", "x".repeat(MIB));
    String get = "{\"then\":[{\"put\":{\"key\":\"done\",\"value\":\"1\"}},{\"get\":\"big\"}]}";
    long others = RequestBudget.MAX_BODY_BYTES * 7 / 8 - MIB;
    node.server.admission().reserve(OTHERS, 0, others);
    try {
      Answer read = http.get("/key/big");
      assertEquals("overloaded", read.code());
      assertEquals("rejected", read.json().get("outcome").asText());
      assertEquals(429, http.get("/key").status());
      assertEquals(200, http.get("/key/big?raw").status());
      Answer write = http.post("/txn", get, "Idempotency-Key: once");
      assertEquals("overloaded", write.code());
      assertEquals("unknown", write.json().get("outcome").asText());
    } finally {
      node.server.admission().release(OTHERS, others);
    }
    assertEquals(200, http.get("/key/done").status());
    long revision = node.state.view().revision();
    Answer again = http.post("/txn", get, "Idempotency-Key: once");
    assertEquals(200, again.status());
    assertEquals(revision, again.json().get("revision").asLong());
    nothingIsHeld();
  }

  @Test
  void aStoppingServerAnswersWhatItHasAndRefusesTheRest() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    node.consensus.hold(gate);
    CompletableFuture<Answer> open = Background.supply(() -> http.put("/key/k", "1"));
    eventually("it is there", () -> node.server.admission().requests() == 1);
    CompletableFuture<Void> stop = Background.run(() -> node.server.stop(LONG));
    Answer refused = http.get("/key/k?level=stale");
    while (refused.status() != 503) {
      refused = http.get("/key/k?level=stale");
    }
    assertEquals("shutting_down", refused.code());
    node.consensus.hold(null);
    gate.complete(null);
    assertEquals(200, open.get().status());
    stop.get();
  }

  @Test
  void aFailedProposalIsCountedAsAnswered() {
    node.consensus.failWith(new ConsensusException.NoLeader("nobody"));
    http.put("/key/k", "1");
    nothingIsHeld();
  }
}
