package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web pages and rebound names do not get in; curl, probes and other nodes notice nothing. */
class WebPagesIT {

  private final Path directory;

  WebPagesIT(@TempDir Path directory) {
    this.directory = directory;
  }

  private static String ask(Daemon node, String request, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
      String head =
          request + "\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int status(Daemon node, String... headers) throws IOException {
    String answer = ask(node, "GET /livez HTTP/1.1", headers);
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  private static String machine() throws IOException {
    return InetAddress.getLocalHost().getHostName();
  }

  @Test
  void aNodeOnLoopbackAnswersWhatMeansLoopback() throws IOException {
    try (Daemon node = new Daemon("a", directory.resolve("a")).start("-bootstrap")) {
      for (Map.Entry<String, Integer> host :
          Map.of(
                  "127.0.0.1:1",
                  200,
                  "localhost",
                  200,
                  "[::1]:2",
                  200,
                  "192.0.2.1:1",
                  421,
                  "kv.example.com",
                  421,
                  "127.0.0.1.example.com",
                  421)
              .entrySet()) {
        assertEquals(host.getValue(), status(node, "Host: " + host.getKey()), host.getKey());
      }
      assertTrue(ask(node, "GET /livez HTTP/1.0").contains(" 200 "), "without a Host");
      assertEquals(403, status(node, "Host: localhost", "Sec-Fetch-Site: cross-site"));
      assertEquals(403, status(node, "Host: localhost", "Origin: https://app.example.com"));
    }
  }

  @Test
  void whomToLetInIsSaidByFlags() throws IOException {
    Daemon node = new Daemon("a", directory.resolve("a"));
    try (node) {
      node.start("-bootstrap", "-allow-host=kv", "-allow-origin=https://app.example.com");
      assertEquals(200, status(node, "Host: KV:80"));
      assertEquals(421, status(node, "Host: other"));
      String answer =
          ask(node, "GET /livez HTTP/1.1", "Host: kv", "Origin: https://app.example.com");
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.contains("Access-Control-Allow-Origin: https://app.example.com"), answer);
      assertEquals(403, status(node, "Host: kv", "Origin: https://other.example.com"));
      node.stop();
      node.start("-allow-host", "*");
      assertEquals(200, status(node, "Host: other"));
    }
  }

  /** They listen on every address and know each other by the name of the machine. */
  @Test
  void nodesAndProbesNoticeNothing() throws IOException {
    Daemon first = new Daemon("1", directory.resolve("1"));
    Daemon second = new Daemon("2", directory.resolve("2"));
    try (first;
        second) {
      for (Daemon node : List.of(first, second)) {
        node.start("-haddr", ":" + node.httpPort(), "-raddr", ":" + node.raftPort());
      }
      String name = machine();
      first
          .post(
              "/setup",
              ("{'leaderId':'1','leaderAddr':'%1$s:%2$d','leaderRaftAddr':'%1$s:%3$d','clientIds':['2'],"
                      + "'clientAddrs':['%1$s:%4$d'],'clientRaftAddrs':['%1$s:%5$d']}")
                  .formatted(
                      name,
                      first.httpPort(),
                      first.raftPort(),
                      second.httpPort(),
                      second.raftPort())
                  .replace('\'', '"'))
          .expect(200);
      for (Daemon node : List.of(first, second)) {
        assertEquals(200, status(node, "Host: " + name + ":" + node.httpPort()));
        assertEquals(200, status(node, "Host: 192.0.2.1"));
        assertEquals(200, status(node, "Host: localhost"));
        assertEquals(421, status(node, "Host: kv.example.com"));
      }
      second.post("/remove", "{\"id\":\"9\"}").expect(404);
    }
  }
}
