package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers can do to a node that listens for its peers. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdmissionTest {
  private static final NodeId STRANGER = new NodeId("stranger", 1);

  private static Verdict.Reason answerTo(Preamble preamble, TransportPeer node) throws IOException {
    try (RawPeer raw = RawPeer.greet(node.transport.port(), preamble)) {
      return raw.verdict().reason();
    }
  }

  @Test
  void theAnswerSaysWhatIsWrong() throws Exception {
    try (TransportPeer a = open("a")) {
      NodeId other = new NodeId("other", 5);
      NodeId wiped = new NodeId("a", 5);
      assertEquals(Verdict.Reason.ADMITTED, answerTo(new Preamble("cluster", STRANGER, a.node), a));
      assertEquals(Verdict.Reason.OTHER_CLUSTER, answerTo(new Preamble("x", STRANGER, a.node), a));
      assertEquals(
          Verdict.Reason.OTHER_MEMBER, answerTo(new Preamble("cluster", STRANGER, other), a));
      assertEquals(
          Verdict.Reason.OTHER_INCARNATION, answerTo(new Preamble("cluster", STRANGER, wiped), a));
      assertEquals(Verdict.Reason.SAME_NODE, answerTo(new Preamble("cluster", a.node, a.node), a));
      TransportPeer.assertPeersGetIn(a);
    }
  }

  @Test
  void anotherFormatIsToldSo() throws Exception {
    try (TransportPeer a = open("a");
        RawPeer raw = RawPeer.connect(a.transport.port())) {
      byte[] preamble = new Preamble("cluster", STRANGER, a.node).encode();
      preamble[4] = 99;
      raw.out.write(preamble);
      assertEquals(Verdict.Reason.UNKNOWN_FORMAT, raw.verdict().reason());
      assertTrue(raw.closedByOther());
    }
  }

  @Test
  void aSlowGreetingIsReadPieceByPiece() throws Exception {
    try (TransportPeer a = open("a");
        RawPeer raw = RawPeer.connect(a.transport.port())) {
      for (byte b : new Preamble("cluster", STRANGER, a.node).encode()) {
        raw.out.write(b);
        TimeUnit.MILLISECONDS.sleep(2);
      }
      assertEquals(Verdict.Reason.ADMITTED, raw.verdict().reason());
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    try (TransportPeer a = open("a");
        RawPeer raw = RawPeer.connect(a.transport.port())) {
      long start = System.nanoTime();
      assertTrue(raw.closedByOther());
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(millis < 3 * Admission.TIMEOUT.toMillis(), millis + " ms");
    }
  }

  @Test
  void webBrowsersAndGarbageAreClosed() throws Exception {
    byte[] tooLong = new Preamble("cluster", STRANGER, STRANGER).encode();
    tooLong[5] = (byte) 0xFF;
    byte[] broken = new Preamble("cluster", STRANGER, STRANGER).encode();
    broken[7] = (byte) 0xFF;
    List<byte[]> all =
        List.of(
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[1000],
            new byte[] {'b', 'e', 'l', 'a', 0, 0, 0, 0, 127, 127, 127, 127},
            new byte[] {127, -1, -1, -1, 127, -1, -1, -1},
            tooLong,
            broken);
    try (TransportPeer a = open("a")) {
      for (byte[] garbage : all) {
        try (RawPeer raw = RawPeer.connect(a.transport.port())) {
          raw.out.write(garbage);
          assertTrue(raw.closedByOther());
        }
      }
      TransportPeer.assertPeersGetIn(a);
    }
  }

  @Test
  void aThousandIdleConnectionsKeepNobodyOut() throws Exception {
    List<RawPeer> idle = new ArrayList<>();
    try (TransportPeer a = open("a")) {
      int threads = Thread.activeCount();
      for (int i = 0; i < 1000; i++) {
        idle.add(RawPeer.connect(a.transport.port()));
      }
      TransportPeer.assertPeersGetIn(a);
      assertTrue(Thread.activeCount() <= threads + 2, "threads grow with connections");
    } finally {
      for (RawPeer raw : idle) {
        raw.close();
      }
    }
  }

  @Test
  void aNodeMayListenOnEveryAddress() throws Exception {
    try (TransportPeer a = new TransportPeer(new NodeId("a", 1), "cluster", new HostPort("", 0))) {
      TransportPeer.assertPeersGetIn(a);
    }
  }
}
