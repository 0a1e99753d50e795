package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.testing.Background;
import hraftd.testing.InMemoryAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers who begin with TLS, and do not go on, keep nobody out. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsFloodTest {

  private static final int STRANGERS = 5_000;

  /** More of them are not open at once, at our end. */
  private static final int OPEN = 1_000;

  private static final SSLContext CONTEXT = new InMemoryAuthority("ca").context("127.0.0.1");

  private static TransportPeer node(String id) throws IOException {
    return open(id, new PortSecurity(PortSecrets.NONE, ChangingTls.alone(CONTEXT)));
  }

  /** What a client says first. */
  private static byte[] hello() throws IOException {
    SSLEngine engine = TlsEngines.opener(CONTEXT, new HostPort("127.0.0.1", 1));
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    var unused = engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Connects and begins, again and again: so often, and on until it is over. */
  private static void flood(String from, int port, byte[][] beginnings, AtomicBoolean over) {
    Deque<RawPeer> strangers = new ArrayDeque<>();
    try {
      for (int i = 0; i < STRANGERS || !over.get(); i++) {
        InetAddress address = InetAddress.getByName(from);
        RawPeer stranger = RawPeer.over(new Socket("127.0.0.1", port, address, 0));
        strangers.add(stranger);
        begin(stranger, beginnings[i % beginnings.length]);
        if (strangers.size() > OPEN) {
          strangers.remove().close();
        }
      }
      for (RawPeer stranger : strangers) {
        stranger.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void begin(RawPeer stranger, byte[] beginning) {
    try {
      stranger.out.write(beginning);
    } catch (IOException e) {
      // It was dropped already.
    }
  }

  private static void assertAPeerGetsInAmong(String line, String from, byte[]... beginnings)
      throws Exception {
    try (TransportPeer a = node("a");
        TransportPeer b = node("b")) {
      join(a, b);
      int threads = Thread.activeCount();
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Void> flood =
          Background.run(() -> flood(from, a.transport.port(), beginnings, over));
      try {
        eventually("they are there", () -> !a.log.with(line).isEmpty());
        eventually(
            "a peer gets in among them",
            () -> {
              b.sendNumbers(a, 1, 2);
              return a.numbers().contains(1L);
            });
        assertTrue(Thread.activeCount() <= threads + 4, "threads grow with connections");
      } finally {
        over.set(true);
      }
      flood.get();
    }
  }

  @Test
  void halfHellosAndGarbage() throws Exception {
    byte[] hello = hello();
    byte[] garbage = new byte[2_000];
    Arrays.fill(garbage, (byte) 0x16);
    byte[] broken = hello.clone();
    Arrays.fill(broken, 20, broken.length, (byte) 0x7f);
    assertAPeerGetsInAmong(
        "too many connections at once",
        "127.0.0.1",
        new byte[0],
        new byte[] {0x16},
        Arrays.copyOf(hello, hello.length / 2),
        Arrays.copyOf(hello, hello.length - 1),
        garbage,
        broken);
  }

  /** Each would cost a key and a signature. */
  @Test
  void wholeHellosOfAnotherAddressAndThenNothing() throws Exception {
    assertAPeerGetsInAmong("more than 128 TLS handshakes a second", "127.0.0.2", hello());
  }
}
