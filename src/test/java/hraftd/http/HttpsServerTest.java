package hraftd.http;

import static hraftd.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.security.Caller;
import hraftd.security.NodeTls;
import hraftd.security.WatchedFiles;
import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import hraftd.testing.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port with TLS: who is let in, who is not, and what changes while it runs. */
class HttpsServerTest {

  /** As many as a server must bear. */
  private static final int STALLED = 5_000;

  private static final byte[] ASK =
      "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(US_ASCII);

  @TempDir private static Path made;
  private static OpensslAuthority authority;
  private static OpensslAuthority other;
  private static Issued node;
  private static Issued client;

  @TempDir private Path directory;
  private final Queue<String> names = new ConcurrentLinkedQueue<>();

  /** Lets everybody in, and remembers who they are by their certificates. */
  private final Access access =
      new Access() {
        @Override
        public CompletableFuture<Caller> caller(Route route, Asking asking) {
          names.add(String.valueOf(asking.certified()));
          return CompletableFuture.completedFuture(Caller.EVERYBODY);
        }

        @Override
        public void permit(Route route, Caller caller) {}

        @Override
        public void answered(
            @Nullable Route route, @Nullable Caller caller, Asking asking, int status) {}
      };

  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void issue() {
    authority = OpensslAuthority.in(made, "ca");
    other = OpensslAuthority.in(made, "other");
    node = authority.issue("node", "IP:127.0.0.1", "DNS:localhost");
    client = authority.issue("client");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    watched.close();
  }

  private NodeTls tls(Issued issued, OpensslAuthority believed) throws Exception {
    return NodeTls.of(
        new NodeTls.Files(issued.certificate(), issued.key(), believed.certificate()),
        watched,
        Instant::now);
  }

  private HttpServer server(NodeTls tls, boolean optional, boolean clientCertificates)
      throws IOException {
    Route route =
        Route.of(
            "GET",
            "/live",
            Route.Needs.NOTHING,
            Route.Body.NONE,
            Set.of(200),
            request -> CompletableFuture.completedFuture(Reply.text(200, "alive")));
    HttpServer server =
        TestServer.of(route, new Https(tls.context(), optional, clientCertificates), access);
    open.add(server);
    return server;
  }

  /** A connection that has shaken hands, and compares the name as a client of HTTPS does. */
  private SSLSocket connect(NodeTls as, HttpServer server, String name, String... versions)
      throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
    SSLSocket socket =
        (SSLSocket) as.context().getSocketFactory().createSocket(plain, name, server.port(), true);
    open.add(socket);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (versions.length > 0) {
      parameters.setProtocols(versions);
    }
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(30_000);
    socket.startHandshake();
    return socket;
  }

  /** Asks once; the connection stays open. */
  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write(ASK);
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("alive") < 0 && answer.indexOf("https") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed after: " + answer);
      }
      answer.append((char) next);
    }
    return answer.toString();
  }

  private void isRefused(NodeTls as, HttpServer server, String name) {
    assertThrows(SSLException.class, () -> ask(connect(as, server, name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void anybodyWhoBelievesTheAuthorityIsAnswered(String version) throws Exception {
    HttpServer server = server(tls(node, authority), false, false);
    SSLSocket socket = connect(tls(client, authority), server, "127.0.0.1", version);
    assertEquals(version, socket.getSession().getProtocol());
    assertTrue(ask(socket).startsWith("HTTP/1.1 200 OK"));
    assertTrue(ask(socket).startsWith("HTTP/1.1 200 OK"));
    assertTrue(ask(connect(tls(client, authority), server, "localhost")).contains(" 200 "));
    assertEquals(List.of("null", "null", "null"), List.copyOf(names), "nobody has been asked");
  }

  @Test
  void olderVersionsAreNot() throws Exception {
    HttpServer server = server(tls(node, authority), false, false);
    String line =
        "openssl s_client -connect 127.0.0.1:" + server.port() + " -cipher ALL:@SECLEVEL=0 ";
    assertEquals(0, Shell.attempt((line + "-tls1_2").split(" ")).exitCode());
    Shell.Result old = Shell.attempt((line + "-tls1_1").split(" "));
    assertNotEquals(0, old.exitCode(), old::toString);
    assertTrue(old.output().contains("alert protocol version"), old::toString);
  }

  @Test
  void aClientSeesAWrongAuthorityNameOrTime() throws Exception {
    NodeTls asClient = tls(client, authority);
    isRefused(tls(client, other), server(tls(node, authority), false, false), "127.0.0.1");
    isRefused(asClient, server(tls(node, authority), false, false), "node.example.com");
    Issued expired =
        authority.issue("old", OpensslAuthority.EXPIRED, "serverAuth,clientAuth", "IP:127.0.0.1");
    isRefused(asClient, server(tls(expired, authority), false, false), "127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void whereClientsNeedACertificateOnlyAGoodOneWillDo(String version) throws Exception {
    HttpServer server = server(tls(node, authority), false, true);
    NodeTls asClient = tls(client, authority);
    SSLSocket socket = connect(asClient, server, "127.0.0.1", version);
    assertTrue(ask(socket).contains(" 200 "));
    assertTrue(ask(socket).contains(" 200 "));
    socket.close();
    assertTrue(ask(connect(asClient, server, "127.0.0.1", version)).contains(" 200 "), "resumed");
    assertEquals(List.of("client", "client", "client"), List.copyOf(names));
    // Its own authority is not the server's, so it shows none; the other one shows what it has.
    Issued foreign = other.issue("client");
    Issued expired = authority.issue("old", OpensslAuthority.EXPIRED, "serverAuth,clientAuth");
    for (Issued wrong : List.of(foreign, expired)) {
      assertThrows(
          IOException.class,
          () -> ask(connect(tls(wrong, authority), server, "127.0.0.1", version)));
    }
    String none =
        Shell.attempt(
                "curl",
                "-sS",
                "--cacert",
                authority.certificate().toString(),
                "https://127.0.0.1:" + server.port() + "/live")
            .output();
    assertFalse(none.contains("alive"), none);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "\0\0\0\0", "SSH-2.0-x\n"})
  void whatIsNoTlsIsToldSoAndEnds(String sent) throws Exception {
    HttpServer server = server(tls(node, authority), false, false);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(sent.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
      assertTrue(answer.contains("this port speaks https"), answer);
      assertFalse(answer.contains("alive"), answer);
    }
  }

  @Test
  void whileItIsOptionalBothAreAnswered() throws Exception {
    HttpServer server = server(tls(node, authority), true, false);
    assertTrue(ask(connect(tls(client, authority), server, "127.0.0.1")).contains(" 200 "));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      assertTrue(ask(socket).contains(" 200 "));
      assertTrue(ask(socket).contains(" 200 "));
    }
  }

  @Test
  void stalledHandshakesHoldNoThread() throws Exception {
    HttpServer server = server(tls(node, authority), false, false);
    NodeTls asClient = tls(client, authority);
    ask(connect(asClient, server, "127.0.0.1"));
    int threads = Thread.activeCount();
    byte[] begin = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xFC, 0x03, 0x03};
    for (int i = 0; i < STALLED; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      open.add(socket);
      socket.getOutputStream().write(begin, 0, 1 + i % begin.length);
    }
    assertTrue(ask(connect(asClient, server, "127.0.0.1")).contains(" 200 "));
    int more = Thread.activeCount() - threads;
    assertTrue(more <= Runtime.getRuntime().availableProcessors() * 2 + 8, "threads more: " + more);
  }

  // --- what changes while it runs

  private NodeTls copied(Issued issued, OpensslAuthority believed) throws Exception {
    put(issued, believed);
    return tls(
        new Issued(directory.resolve("cert.pem"), directory.resolve("key.pem")),
        directory.resolve("ca.pem"));
  }

  private NodeTls tls(Issued issued, Path believed) throws Exception {
    return NodeTls.of(
        new NodeTls.Files(issued.certificate(), issued.key(), believed), watched, Instant::now);
  }

  private void put(Issued issued, OpensslAuthority believed) throws IOException {
    copy(issued.certificate(), "cert.pem");
    copy(issued.key(), "key.pem");
    copy(believed.certificate(), "ca.pem");
  }

  private void copy(Path from, String to) throws IOException {
    Files.copy(
        from,
        directory.resolve(to),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static @Nullable Object shown(SSLSocket socket) throws SSLException {
    return socket.getSession().getPeerCertificates()[0];
  }

  @Test
  void aNewCertificateIsShownToNewConnectionsAndTheOpenOnesGoOn() throws Exception {
    HttpServer server = server(copied(node, authority), false, false);
    NodeTls asClient = tls(client, authority);
    SSLSocket before = connect(asClient, server, "127.0.0.1");
    ask(before);
    put(authority.issue("node", "IP:127.0.0.1"), authority);
    watched.look();
    SSLSocket after = connect(tls(client, authority), server, "127.0.0.1");
    assertTrue(ask(after).contains(" 200 "));
    assertNotEquals(shown(before), shown(after));
    assertTrue(ask(before).contains(" 200 "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void nobodyResumesWhatAnAuthorityThatIsGoneHadLetIn(String version) throws Exception {
    HttpServer server = server(copied(node, authority), false, true);
    NodeTls asClient = tls(client, authority);
    SSLSocket first = connect(asClient, server, "127.0.0.1", version);
    ask(first); // The ticket of TLS 1.3 comes with or before the answer.
    first.close();
    SSLSocket second = connect(asClient, server, "127.0.0.1", version);
    ask(second);
    assertEquals(
        first.getSession().getCreationTime(),
        second.getSession().getCreationTime(),
        "sessions are resumed");
    assertArrayEquals(
        first.getSession().getPeerCertificates(), second.getSession().getPeerCertificates());
    second.close();
    put(node, other);
    watched.look();
    assertThrows(IOException.class, () -> ask(connect(asClient, server, "127.0.0.1", version)));
  }

  @Test
  void aHandshakeThatDoesNotEndIsEnded() throws Exception {
    HttpServer server = server(tls(node, authority), false, false);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(0x16);
      socket.shutdownOutput();
      eventually("it is closed", () -> socket.getInputStream().read() < 0);
    }
  }
}
