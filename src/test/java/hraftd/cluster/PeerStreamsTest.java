package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.raft.HostPort;
import hraftd.testing.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers that never end. */
class PeerStreamsTest {

  private final PeerStreams streams = new PeerStreams(PeerProof.NONE, /* tls= */ null);

  /** Refuses the next request at great length; completes once nobody listens any more. */
  private static CompletableFuture<Void> refusing(ServerSocket server) {
    CompletableFuture<Void> left = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                OutputStream out = socket.getOutputStream();
                out.write("HTTP/1.1 503 x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] more = new byte[8 << 10];
                while (true) {
                  out.write(more);
                }
              } catch (IOException e) {
                left.complete(null);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return left;
  }

  @Test
  void whatARefusalSaysIsNotReadForEver() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> left = refusing(server);
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      HostPort http = new HostPort("127.0.0.1", server.getLocalPort());
      var unused =
          streams.open(
              http,
              "/events",
              line -> ended.completeExceptionally(new AssertionError(line)),
              ended::complete);
      assertNull(ended.get(Eventually.LONG.toMillis(), TimeUnit.MILLISECONDS));
      left.get(Eventually.LONG.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
