package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.security.NodeTls;
import hraftd.security.WatchedFiles;
import hraftd.testing.InMemoryAuthority;
import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other nodes are asked over HTTPS, and only those that the authorities have made known. */
class HttpsPeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path made;
  private static OpensslAuthority authority;
  private static OpensslAuthority other;
  private static Issued node;

  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<ServerSocket> sockets = new ArrayList<>();

  @BeforeAll
  static void issue() {
    authority = OpensslAuthority.in(made, "ca");
    other = OpensslAuthority.in(made, "other");
    node = authority.issue("node", "IP:127.0.0.1");
  }

  @AfterEach
  void close() throws IOException {
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    servers.forEach(server -> server.stop(0));
    watched.close();
  }

  private SSLContext context(Issued issued, OpensslAuthority believed) throws Exception {
    return NodeTls.of(
            new NodeTls.Files(issued.certificate(), issued.key(), believed.certificate()),
            watched,
            Instant::now)
        .context();
  }

  private HostPort started(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return new HostPort("127.0.0.1", server.getAddress().getPort());
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** As Jetty does without TLS: what is no request is a bad one, said at its first bytes. */
  private HostPort plain() throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    sockets.add(server);
    Thread thread = new Thread(() -> answer(server), "plain");
    thread.setDaemon(true);
    thread.start();
    return new HostPort("127.0.0.1", server.getLocalPort());
  }

  private static void answer(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        boolean isRequest = Character.isUpperCase(socket.getInputStream().read());
        String answer =
            (isRequest ? "HTTP/1.1 200 OK" : "HTTP/1.1 400 Bad Request")
                + "\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // Whoever asked has gone, or the test is over.
      }
    }
  }

  private HostPort https(SSLContext context, boolean clientCertificates, int port)
      throws IOException {
    HttpsServer server = HttpsServer.create(loopback(port), 10);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters asked = context.getDefaultSSLParameters();
            asked.setNeedClientAuth(clientCertificates);
            parameters.setSSLParameters(asked);
          }
        });
    return started(server);
  }

  private HttpPeers peers(OpensslAuthority believed, boolean optional) throws Exception {
    return new HttpPeers(PeerProof.NONE, new PeerTls(context(node, believed), optional));
  }

  private static void stop(HttpPeers peers, HostPort http) {
    peers.stop(http, /* all= */ false, Deadline.after(PATIENCE)).join();
  }

  private static String refused(HttpPeers peers, HostPort http) {
    CompletionException failure = assertThrows(CompletionException.class, () -> stop(peers, http));
    ClusterException refusal = assertInstanceOf(ClusterException.class, failure.getCause());
    assertEquals(Kind.UNREACHABLE, refusal.kind(), refusal.detail());
    return refusal.detail();
  }

  @Test
  void aNodeIsAskedOverHttpsAndShownOurCertificate() throws Exception {
    HttpPeers peers = peers(authority, /* optional= */ false);
    stop(peers, https(context(node, authority), /* clientCertificates= */ true, 0));
  }

  @Test
  void whoeverTheAuthoritiesDoNotVouchForIsNotAsked() throws Exception {
    for (boolean optional : new boolean[] {false, true}) {
      HttpPeers peers = peers(authority, optional);
      Issued foreign = other.issue("node", "IP:127.0.0.1");
      Issued misnamed = authority.issue("node", "IP:127.0.0.2");
      Issued expired =
          authority.issue(
              "node", OpensslAuthority.EXPIRED, "serverAuth,clientAuth", "IP:127.0.0.1");
      for (Issued wrong : List.of(foreign, misnamed, expired)) {
        HostPort http = https(context(wrong, authority), /* clientCertificates= */ false, 0);
        assertTrue(refused(peers, http).contains("no TLS with the node at " + http));
      }
    }
  }

  /** Not even one that names the host. */
  @Test
  void whoShowsAClientsCertificateIsNotAsked() throws Exception {
    InMemoryAuthority both = new InMemoryAuthority("both");
    PeerTls tls = new PeerTls(both.context("127.0.0.1"), /* optional= */ false);
    HttpPeers peers = new HttpPeers(PeerProof.NONE, tls);
    stop(peers, https(both.context("127.0.0.1"), /* clientCertificates= */ false, 0));
    HostPort http = https(both.clientContext("127.0.0.1"), /* clientCertificates= */ false, 0);
    assertTrue(refused(peers, http).contains("no TLS with the node at " + http));
  }

  @Test
  void withoutTlsThereIsNothingToAsk() throws Exception {
    HttpPeers peers = peers(authority, /* optional= */ false);
    assertTrue(refused(peers, plain()).contains("no TLS with the node at"));
  }

  @Test
  void whileItIsOptionalANodeWithoutIsAskedPlainlyAndForSomeTimeAtOnce() throws Exception {
    long[] now = {0};
    PeerClient client = new PeerClient(new PeerTls(context(node, authority), true), () -> now[0]);
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(PATIENCE);
    HostPort http = plain();
    assertEquals(200, client.send(http, "/", request).join().statusCode());
    sockets.get(0).close();
    https(context(node, authority), /* clientCertificates= */ false, http.port());
    now[0] = PeerClient.REMEMBERED.toNanos() - 1;
    assertThrows(CompletionException.class, () -> client.send(http, "/", request).join());
    now[0]++;
    assertEquals(200, client.send(http, "/", request).join().statusCode());
  }

  @Test
  void whyThereIsNoTlsIsSaidInAFewWords() throws Exception {
    HostPort http = new HostPort("127.0.0.1", 1);
    assertEquals("it speaks no TLS", why(plain(), authority));
    assertEquals(
        "its certificate is of no authority in -ca",
        why(https(context(node, authority), false, 0), other));
    Issued misnamed = authority.issue("node", "IP:127.0.0.2");
    assertEquals(
        "its certificate does not name 127.0.0.1",
        why(https(context(misnamed, authority), false, 0), authority));
    Issued expired =
        authority.issue("node", OpensslAuthority.EXPIRED, "serverAuth,clientAuth", "IP:127.0.0.1");
    assertEquals(
        "its certificate has expired",
        why(https(context(expired, authority), false, 0), authority));
    assertEquals(null, TlsFailure.why(http, new IOException("broken")));
  }

  private String why(HostPort http, OpensslAuthority believed) throws Exception {
    PeerClient client =
        new PeerClient(new PeerTls(context(node, believed), false), System::nanoTime);
    CompletionException failure =
        assertThrows(
            CompletionException.class,
            () -> client.send(http, "/", HttpRequest.newBuilder().timeout(PATIENCE)).join());
    return String.valueOf(TlsFailure.why(http, failure));
  }
}
