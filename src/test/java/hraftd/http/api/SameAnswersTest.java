package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.watch.History;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the front handler answers or Javalin: byte for byte it is the same answer. */
class SameAnswersTest {

  private static TestNode front;
  private static TestNode javalin;

  @BeforeAll
  static void start() throws IOException {
    front = new TestNode(Way.IN_FRONT_OF_JAVALIN, new History(2, 1 << 20));
    javalin = new TestNode(Way.JAVALIN_ALONE, new History(2, 1 << 20));
    for (TestNode node : List.of(front, javalin)) {
      node.mayAnswerWhatIsNotDeclared();
      node.client().put("/key/present", "1");
      node.client().put("/key/large", "x".repeat(1 << 20));
      node.client().send("PUT", "/key/bytes", new byte[] {(byte) 0xff, 0});
      node.client().put("/key/temporary?ttl=1h", "1");
    }
  }

  @AfterAll
  static void stop() {
    front.close();
    javalin.close();
  }

  static Stream<String> requests() {
    return Stream.of(
        "GET /key/present",
        "GET /key/present?raw",
        "GET /key/bytes",
        "GET /key/bytes?raw",
        "GET /key/large",
        "GET /key/large?raw",
        "GET /key/temporary",
        "GET /key/absent",
        "GET /key/",
        "GET /key/%ff",
        "GET /key/%00",
        "GET /key/a//../b;c",
        "GET /key/present?level=no",
        "GET /key/present?timeout=0",
        "GET /key/present\r\nIf-None-Match: \"1\"",
        "GET /key/present\r\nIf-None-Match: *",
        "GET /key/present\r\nX-HTTP-Method-Override: DELETE",
        "GET /key/present\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
        "GET /key?level=stale",
        "GET /key?limit=1&keys_only",
        "GET /key?limit=0",
        "GET /watch?from=1",
        "GET /watch?from=x",
        "GET /backup?level=stale",
        "PUT /key/new\r\nContent-Length: 1\r\n\r\n1",
        "PUT /key/new\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "PUT /key/new\r\nTransfer-Encoding: chunked\r\n\r\nz",
        "PUT /key/new\r\nContent-Length: 1\r\nIf-Match: \"999\"\r\n\r\n1",
        "PUT /key/new\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n",
        "POST /key\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}",
        "POST /key\r\nContent-Length: 2\r\n\r\n{}",
        "POST /key/present\r\nContent-Length: 2\r\n\r\n{}",
        "POST /txn\r\nContent-Length: 25\r\n\r\n{\"then\":[{\"get\":\"large\"}]}",
        "DELETE /key/new",
        "DELETE /key",
        "HEAD /key/present",
        "HEAD /key/absent",
        "HEAD /key/large?raw",
        "HEAD /key",
        "HEAD /watch",
        "HEAD /backup?level=stale",
        "HEAD /txn",
        "OPTIONS *",
        "OPTIONS /key",
        "FOO /key",
        "get /key/present",
        "GET /nothing",
        "GET /",
        "GET /openapi.yaml",
        "POST /openapi.yaml\r\nContent-Length: 1\r\n\r\n1",
        "GET http://other/key/present",
        "GET");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void theAnswersAreTheSame(String request) throws IOException {
    same(request);
  }

  private static void same(String request) throws IOException {
    String first = answer(front, request);
    assertTrue(first.startsWith("HTTP/1.1 "), first);
    assertEquals(first, answer(javalin, request));
  }

  @Test
  void failuresAreTheSame() throws IOException {
    for (RuntimeException failure :
        List.of(
            new ConsensusException.NoLeader("nobody"),
            new ConsensusException.OutcomeUnknown("lost"),
            new ConsensusException.DiskFull("full"))) {
      for (String request :
          List.of("GET /key/present", "PUT /key/new\r\nContent-Length: 1\r\n\r\n1")) {
        front.consensus.failWith(failure);
        javalin.consensus.failWith(failure);
        try {
          same(request);
        } finally {
          front.consensus.failWith(null);
          javalin.consensus.failWith(null);
        }
      }
    }
  }

  /** Everything that comes back, without the time of day and what a store was made with. */
  private static String answer(TestNode node, String request) throws IOException {
    int line = request.indexOf("\r\n");
    String head = line < 0 ? request : request.substring(0, line);
    String rest = line < 0 ? "\r\n\r\n" : request.substring(line);
    rest = rest.contains("\r\n\r\n") ? rest : rest + "\r\n\r\n";
    String bytes = head + " HTTP/1.1\r\nHost: test\r\nConnection: close" + rest;
    try (Socket socket = node.client().connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
          .replaceFirst("Date: [^\r]*", "Date: now")
          .replaceFirst("X-Hraftd-Ttl: [^\r]*", "X-Hraftd-Ttl: some");
    }
  }
}
