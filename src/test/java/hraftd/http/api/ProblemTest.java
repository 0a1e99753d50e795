package hraftd.http.api;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.HttpServer;
import hraftd.http.PortTakenException;
import hraftd.http.api.TestClient.Answer;
import hraftd.metrics.Metrics;
import hraftd.raft.ConsensusException;
import hraftd.raft.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@BothWays
class ProblemTest {

  @Parameter private Way way;
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

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(new ConsensusException.NoLeader("x"), 503, "no_leader", "rejected", "1"),
        Arguments.of(new ConsensusException.Overloaded("x"), 429, "overloaded", "rejected", "1"),
        Arguments.of(new ConsensusException.DiskFull("x"), 507, "disk_full", "rejected", ""),
        Arguments.of(new ConsensusException.MemoryFull("x"), 507, "memory_full", "rejected", ""),
        Arguments.of(
            new ConsensusException.NotSupported("x"), 501, "not_supported", "rejected", ""),
        Arguments.of(new ConsensusException.OutcomeUnknown("x"), 504, "timeout", "unknown", ""),
        Arguments.of(new ConsensusException.DeadlinePassed("x"), 504, "timeout", "rejected", ""),
        Arguments.of(new ConsensusException.Stopping(), 503, "shutting_down", "rejected", "1"),
        Arguments.of(new ConsensusException.Removed(), 503, "removed", "rejected", ""),
        Arguments.of(
            new ConsensusException.MembershipRefused("x"), 409, "conflict", "rejected", ""),
        Arguments.of(new IllegalStateException("secret"), 500, "internal", "unknown", ""));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void everyRefusalOfConsensusHasItsAnswer(
      RuntimeException failure, int status, String code, String outcome, String retryAfter) {
    node.mayAnswerWhatIsNotDeclared();
    node.consensus.failWith(failure);
    for (Answer answer : new Answer[] {http.put("/key/k", "1"), http.get("/key/k")}) {
      assertEquals(status, answer.status());
      assertEquals(code, answer.code());
      assertEquals(outcome, answer.json().get("outcome").asText());
      assertEquals(retryAfter, answer.header("Retry-After"));
      assertEquals("application/problem+json", answer.header("Content-Type"));
      assertEquals("n1", answer.header("X-Hraftd-Served-By"));
      assertTrue(!answer.text().contains("secret"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, /nothing",
    "GET, /keys",
    "POST, /KEY",
    "GET, /metrics/",
    "GET, /key%2fa",
    "GET, //key",
    "POST, /%6bey",
  })
  void anUnknownPathIs404(String method, String path) {
    Answer answer = http.send(method, path, null);
    assertEquals(404, answer.status());
    assertEquals("not_found", answer.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT | /key | DELETE, GET, HEAD, POST",
        "POST | /key/a | DELETE, GET, HEAD, PUT",
        "PATCH | /key/a | DELETE, GET, HEAD, PUT",
        "GET | /txn | POST",
        "HEAD | /txn | POST",
        "POST | /watch | GET, HEAD",
        "OPTIONS | /restore | POST",
      })
  void aWrongMethodIs405WithAllow(String method, String path, String allow) {
    Answer answer = http.send(method, path, null);
    assertEquals(405, answer.status());
    assertEquals(allow, answer.header("Allow"));
    if (!method.equals("HEAD")) {
      assertEquals("method_not_allowed", answer.code());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /key/k",
        "GET | /key/k?level=stale",
        "PUT | /key/k",
        "DELETE | /key/k",
        "GET | /key",
        "DELETE | /key?prefix=&all",
        "GET | /watch",
        "GET | /backup",
        "POST | /restore",
      })
  void aNodeWithoutAClusterSaysSo(String method, String target) {
    node.notSetUp();
    Answer answer = http.send(method, target, null);
    assertEquals(503, answer.status());
    assertEquals("not_set_up", answer.code());
    assertEquals("1", answer.header("Retry-After"));
  }

  @Test
  void whatIsNoHttpIsAnsweredAsAProblemAndHarmsNobody() {
    Answer answer = http.raw("GARBAGE\r\n\r\n".getBytes(StandardCharsets.UTF_8), null);
    assertEquals(400, answer.status());
    assertEquals("bad_request", answer.code());
    assertEquals(404, http.get("/key/k").status());
  }

  @Test
  void aVersionOfHttpThatIsNotKnownIsTheClientsMistake() {
    for (String line : List.of("GET /key/k\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
      Answer answer = http.raw(line.getBytes(StandardCharsets.UTF_8), null);
      assertEquals(400, answer.status());
      assertEquals("bad_request", answer.code());
      assertEquals("rejected", answer.json().get("outcome").asText());
    }
  }

  @Test
  void chunksThatAreNoneAreExplainedWithoutNamesOfClasses() {
    String put = "PUT /key/k HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc";
    Answer answer = http.raw(put.getBytes(StandardCharsets.UTF_8), null);
    assertEquals(400, answer.status());
    assertTrue(answer.detail().contains("chunks"), answer.text());
    assertFalse(answer.text().contains("jetty"), answer.text());
  }

  @Test
  void aTargetWithAHostIsUnderstood() {
    http.put("/key/k", "1");
    assertEquals(200, http.get("http://somewhere:1/key/k?raw").status());
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInTurn() throws IOException {
    String two =
        "PUT /key/a HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n1"
            + "GET /key/b/c HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    try (var socket = http.connect()) {
      socket.getOutputStream().write(two.getBytes(StandardCharsets.UTF_8));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answers.startsWith("HTTP/1.1 200 OK"), answers);
      assertTrue(answers.contains("HTTP/1.1 404 Not Found"), answers);
    }
  }

  @Test
  void aPortThatIsTakenIsFoundAtOnce() {
    HttpServer second =
        new HttpServer(
            new HostPort("127.0.0.1", node.server.port()),
            /* https= */ null,
            /* front= */ true,
            () -> "n2",
            new Metrics());
    PortTakenException e = assertThrows(PortTakenException.class, second::bind);
    assertTrue(String.valueOf(e.getMessage()).contains("" + node.server.port()), e.getMessage());
  }

  @Test
  void nothingSaysWhatServerThisIs() {
    Answer answer = http.get("/key/k");
    assertEquals("", answer.header("Server"));
  }

  @Test
  void metricsCountWhatWasAnswered() {
    http.put("/key/k", "1");
    http.get("/key/k");
    http.get("/key/none");
    String text = http.get("/metrics").text();
    assertTrue(
        text.contains(
            "hraftd_http_requests_seconds_count{method=\"GET\",route=\"/key/{key}\",status=\"404\"} 1"),
        text);
    assertTrue(text.contains("hraftd_http_requests_seconds_bucket{"), text);
    assertTrue(text.contains("hraftd_store_revision 1.0"), text);
    assertTrue(text.contains("hraftd_raft_term 3.0"), text);
    assertTrue(text.contains("hraftd_watchers 0.0"), text);
    assertTrue(text.contains("hraftd_raft_log_bytes 4711.0"), text);
    assertTrue(text.contains("hraftd_store_keys_with_ttl 0.0"), text);
  }

  @Test
  void whatAClientHasBeenAnsweredIsInTheMetricsThatItReadsNext() {
    for (int i = 1; i <= 300; i++) {
      http.get("/key/none");
      String text = http.get("/metrics").text();
      assertTrue(
          text.contains(
              "hraftd_http_requests_seconds_count{method=\"GET\",route=\"/key/{key}\",status=\"404\"} "
                  + i
                  + "\n"),
          text);
    }
  }

  @Test
  void aRequestIsInFlightUntilItsAnswerIsGone() {
    http.put("/key/k", "1");
    eventually(
        "the one that asks is alone",
        () -> http.get("/metrics").text().contains("hraftd_http_in_flight 1.0"));
  }
}
