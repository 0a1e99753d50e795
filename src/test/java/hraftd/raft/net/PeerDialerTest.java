package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.testing.Background;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is agreed on with a peer at each connection, and said of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PeerDialerTest {

  private static final NodeId PEER = new NodeId("b", 2);

  private final AtomicLong nanos = new AtomicLong();
  private final RecordedLines lines = new RecordedLines();
  private final PeerDialer dialer =
      new PeerDialer(
          PEER,
          () -> new Preamble("cluster", new NodeId("a", 1), PEER),
          PortSecurity.NONE,
          new RivalClaims(nanos::get),
          failure -> {},
          new RateLimitedLog(lines.logger(), nanos::get));

  /** What a peer answers to a greeting. */
  private interface Answer {
    byte[] to(Preamble preamble);
  }

  private static byte[] admitted(String formats) {
    return new Verdict(Verdict.Reason.ADMITTED, formats).encode();
  }

  /** Answers one connection after the other, until the server is closed. */
  private static void answer(ServerSocket server, Answer answer) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        byte[] header = in.readNBytes(Preamble.HEADER_BYTES);
        byte[] body = in.readNBytes(Preamble.bodyBytes(header));
        socket.getOutputStream().write(answer.to(Preamble.decode(header, body)));
        in.readAllBytes();
      } catch (IOException e) {
        // Who has asked did not wait.
      }
    }
  }

  /** Connects twice; the log would say of each what it says. */
  private List<String> connectsTwice(WireFormat agreed, Answer answer) throws IOException {
    try (ServerSocket server = TransportPeer.listener()) {
      var unused = Background.run(() -> answer(server, answer));
      HostPort there = new HostPort("127.0.0.1", server.getLocalPort());
      for (int made = 0; made < 2; ) {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        try (PeerConnection connection = dialer.connect(there)) {
          made++;
          assertEquals(agreed, connection.format());
          assertEquals(agreed, dialer.said());
        } catch (SocketTimeoutException e) {
          // It was too busy to answer: once more, as its sender does.
        }
      }
      return lines.all().stream().map(line -> line.replace(there.toString(), "there")).toList();
    }
  }

  @Test
  void aPeerOfVersion10IsCalledOlder() throws Exception {
    byte[] refusal = new Verdict(Verdict.Reason.UNKNOWN_FORMAT, "2").encode();
    String line = "b at there is older: wire format 2";
    assertEquals(
        List.of(line, line),
        connectsTwice(
            WireFormat.V2, asked -> asked.formats().newest() == 2 ? admitted("") : refusal));
  }

  @Test
  void aPeerOfVersion11IsCalledOlderThoughItUnderstandsTheGreeting() throws Exception {
    String line = "b at there is older: wire format 3";
    assertEquals(List.of(line, line), connectsTwice(WireFormat.V3, asked -> admitted("2-3")));
  }

  @Test
  void nothingIsSaidOfAPeerOfThisVersionOrALaterOne() throws Exception {
    assertNull(dialer.said());
    assertEquals(List.of(), connectsTwice(WireFormat.NEWEST, asked -> admitted("2-4")));
    assertEquals(List.of(), connectsTwice(WireFormat.NEWEST, asked -> admitted("3-9")));
  }
}
