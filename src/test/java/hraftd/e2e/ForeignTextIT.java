package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers write is in no answer's head, and in the log it is short and one line. */
class ForeignTextIT {

  private static final int MAX_LOG_BYTES = 200;

  private static final String ENDLESS = "x".repeat(14_000);

  /** Has an escape and a line of its own. */
  private static final String FORGED = "a\\u001b[2J\\r\\nForged: yes\\r\\n\\r\\n<script>";

  private final Daemon node;

  ForeignTextIT(@TempDir Path directory) {
    node = new Daemon("node", directory.resolve("data"));
  }

  @BeforeEach
  void start() {
    node.start("-bootstrap").awaitReady();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Sends these bytes; gives what comes back. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout((int) LONG.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException cutOff) {
      return "";
    }
  }

  private String post(String path, String body) throws IOException {
    return raw(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Test
  void noRequestWritesMuchOfALogOrForgesALine() throws IOException {
    String hosts = "Host: " + ENDLESS + "\r\nHost: " + ENDLESS + "1\r\n";
    String name = "h".repeat(60) + "." + "i".repeat(60) + "." + "j".repeat(60);
    List<String> answers =
        List.of(
            raw("GET /key/k HTTP/1.1\r\n" + hosts + "\r\n"),
            raw("GET /" + ENDLESS + " HTTP/1.1\r\nHost: a\u001bb\r\nConnection: close\r\n\r\n"),
            raw(ENDLESS + "\u001b\r\n\r\n"),
            raw("PUT /key/k?" + ENDLESS + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            post("/join", "{\"id\":\"" + FORGED + "\",\"addr\":\"a:1\",\"haddr\":\"b:1\"}"),
            post("/join", "{\"id\":\"" + ENDLESS + "\",\"addr\":\"a:1\",\"haddr\":\"b:1\"}"),
            post("/join", "{\"id\":\"b\",\"addr\":\"a:1\",\"haddr\":\"" + FORGED + ":1\"}"),
            post("/join", "{\"id\":\"b\",\"addr\":\"" + name + ":1\",\"haddr\":\"127.0.0.1:1\"}"),
            post("/remove", "{\"id\":\"" + FORGED + "\"}"),
            post("/cluster/lead", "{\"id\":\"" + FORGED + "\"}"),
            post("/cluster/removed", "{\"clusterId\":\"" + FORGED + "\",\"id\":\"node\"}"),
            post("/setup", "{\"leaderId\":\"" + FORGED + "\"}"),
            post("/restore", FORGED));
    // The log is written by threads that do not wait for it to be read: ask once more.
    node.get("/status").expect(200);
    String log = node.errors();
    int lines = (int) log.lines().count();
    assertTrue(log.length() <= answers.size() * MAX_LOG_BYTES, log);
    assertTrue(log.lines().allMatch(line -> line.length() < MAX_LOG_BYTES), log);
    assertFalse(log.contains("Forged: yes\r"), log);
    assertFalse(log.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'), log);
    for (String answer : answers) {
      String head = answer.isEmpty() ? "" : answer.substring(0, answer.indexOf("\r\n\r\n"));
      assertFalse(head.contains("Forged"), head);
      assertFalse(answer.contains("\u001b"), answer);
    }
    for (int i = 0; i < 500; i++) {
      raw("GET /key/k HTTP/1.1\r\n" + hosts + "\r\n");
      raw("GET /backup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }
    assertTrue(node.errors().lines().count() <= lines + 30, "a burst is counted, not written");
  }

  /** A node that waits for its cluster believes what it is asked to be, and says what is odd. */
  @Test
  void aWaitingNodeCountsWhatIsOddInsteadOfWritingIt(@TempDir Path directory) throws IOException {
    try (Daemon waiting = new Daemon("waiting", directory.resolve("data")).start()) {
      String reservation =
          "{\"clusterId\":\"c\",\"incarnation\":\"%s\",\"http\":\"192.0.2.1:1\",\"raft\":\"192.0.2.1:2\"}"
              .formatted(waiting.get("/cluster/self").json().get("incarnation").asText());
      int before = waiting.errors().length();
      for (int i = 0; i < 300; i++) {
        waiting.post("/cluster/prepare", reservation).expect(200);
      }
      String log = waiting.errors();
      assertTrue(log.contains("192.0.2.1:1 is not of this machine"), log);
      assertTrue(log.length() - before < 20 * MAX_LOG_BYTES, log);
      assertTrue(log.lines().allMatch(line -> line.length() < MAX_LOG_BYTES), log);
    }
  }

  @Test
  void anIdThatSplitsAnswersIsNotTaken() throws IOException {
    String answer =
        post(
            "/join",
            "{\"id\":\"n\\r\\nSet-Cookie: a=b\",\"addr\":\"a:1\",\"haddr\":\"127.0.0.1:1\"}");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertEquals("node", node.get("/livez").expect(200).header("X-Hraftd-Served-By"));
  }
}
