package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever another node is or says, nothing of it gets through but what a node would say. */
class HttpPeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String SELF =
      "{'hraftd':true,'name':'n','incarnation':'0000000000000001','state':'waiting',"
          + "'clusterId':null,'id':null,'initial':[],'members':[],'settled':false,'leads':false}";

  private final HttpPeers peers = new HttpPeers(PeerProof.NONE, /* tls= */ null);

  /** Answers one connection with these bytes, once a request has begun. */
  private static ServerSocket answering(String bytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                for (int seen = 0; seen < 4; ) {
                  int next = in.read();
                  seen = next == '\r' || next == '\n' ? seen + 1 : next < 0 ? 4 : 0;
                }
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private static String http(int status, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 " + status + " x\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  private static String json(String body) {
    return http(200, body.replace('\'', '"'));
  }

  private static HostPort address(ServerSocket server) {
    return new HostPort("127.0.0.1", server.getLocalPort());
  }

  private ClusterException refused(HostPort http) {
    CompletionException failure =
        assertThrows(
            CompletionException.class, () -> peers.describe(http, Deadline.after(PATIENCE)).join());
    return assertInstanceOf(ClusterException.class, failure.getCause());
  }

  private ClusterException refused(String answer) throws IOException {
    try (ServerSocket server = answering(answer)) {
      ClusterException refusal = refused(address(server));
      assertEquals(
          "no hraftd node answers at "
              + address(server)
              + ": is it started, and is this its HTTP address?",
          refusal.detail());
      return refusal;
    }
  }

  @Test
  void aNodeIsDescribed() throws IOException {
    try (ServerSocket server = answering(json(SELF))) {
      Description node = peers.describe(address(server), Deadline.after(PATIENCE)).join();
      assertEquals("n", node.name());
      assertEquals(Membership.EMPTY, node.members());
    }
  }

  /** A node that does not know the name yet by which it is asked answers other nodes only. */
  @Test
  void everyRequestSaysThatANodeAsks() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> asked =
          peers.stop(address(server), /* all= */ false, Deadline.after(PATIENCE));
      try (Socket socket = server.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        boolean said = false;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          said |= line.equalsIgnoreCase(HttpPeers.NODE + ": 1");
        }
        assertTrue(said);
        assertTrue(HttpPeers.NODE.startsWith("Sec-"), "no page may be able to set it");
      }
      assertThrows(CompletionException.class, asked::join);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-OpenSSH_9.2p1 Debian\r\n",
        "220 mail.example.com ESMTP\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<htm>",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 500 x\r\nContent-Length: 41\r\n\r\n{\"code\":\"conflict\",\"detail\":\"the secret\"}",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
      })
  void whateverElseAnswersItIsCalledTheSame(String answer) throws IOException {
    assertEquals(Kind.UNREACHABLE, refused(answer).kind());
  }

  @Test
  void soIsAPortAtWhichNobodyListens() throws IOException {
    HostPort free;
    try (ServerSocket server = answering("")) {
      free = address(server);
    }
    ClusterException refusal = refused(free);
    assertEquals(Kind.UNREACHABLE, refusal.kind());
    assertEquals(
        "no hraftd node answers at " + free + ": is it started, and is this its HTTP address?",
        refusal.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'hraftd':false",
        "'name':'a\\r\\nSet-Cookie: x'",
        "'name':''",
        "'incarnation':'x'",
        "'state':'asleep'",
        "'clusterId':'a\\u001b[2J'",
        "'id':'a\\u0000'",
        "'members':{}",
        "'members':[{'id':'1','incarnation':'0000000000000001','raft':'h:1','http':'h:2','voter':true},{'id':'1','incarnation':'0000000000000002','raft':'h:3','http':'h:4','voter':true}]",
        "'members':[null]",
        "'members':[{'id':'1','incarnation':'0000000000000001','raft':'a@b:1','http':'h:1','voter':true}]",
        "'members':[{'id':'1','incarnation':'0000000000000001','raft':'h:1','http':'h:1/x','voter':true}]",
      })
  void aDescriptionThatNoNodeGivesIsNone(String field) throws IOException {
    String name = field.substring(0, field.indexOf(':'));
    String changed = SELF.replaceFirst(name + ":(?:'[^']*'|null|true|false|\\[\\])", "%");
    assertTrue(changed.contains("%"), changed);
    assertEquals(Kind.UNREACHABLE, refused(json(changed.replace("%", field))).kind());
  }

  @Test
  void aFullDiskOfTheLeaderIsAFullDisk() throws IOException {
    String answer = "{'code':'disk_full','detail':'no room'}".replace('\'', '"');
    try (ServerSocket server = answering(http(507, answer))) {
      CompletableFuture<Membership> removed =
          peers.remove(address(server), new MemberId("1"), Deadline.after(PATIENCE));
      CompletionException failure = assertThrows(CompletionException.class, removed::join);
      ClusterException refusal = assertInstanceOf(ClusterException.class, failure.getCause());
      assertEquals(Kind.DISK_FULL, refusal.kind());
    }
  }

  @Test
  void whatANodeSaysIsMadeShortAndPrintable() throws IOException {
    String detail = "no\\r\\n\\u001b[2J" + "x".repeat(100_000);
    String answer = "{'code':'conflict','detail':'" + detail + "'}";
    try (ServerSocket server = answering(http(409, answer.replace('\'', '"')))) {
      CompletionException failure =
          assertThrows(
              CompletionException.class,
              () -> peers.stop(address(server), /* all= */ false, Deadline.after(PATIENCE)).join());
      ClusterException refusal = assertInstanceOf(ClusterException.class, failure.getCause());
      assertEquals(Kind.CONFLICT, refusal.kind());
      assertTrue(refusal.detail().startsWith("no???[2Jxxx"), refusal.detail());
      assertTrue(refusal.detail().length() < 500);
      assertFalse(refusal.detail().chars().anyMatch(Character::isISOControl));
    }
  }
}
