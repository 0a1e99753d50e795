package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.millisUntil;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a new connection takes the place of one that the same node has, or seems to have. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DisplacementTest {
  private static final NodeId MEMBER = new NodeId("member", 1);

  private static Message number(TransportPeer to, long number) {
    return new Message.ReadIndex(MEMBER, to.node, 1, number);
  }

  private static RawPeer heard(TransportPeer by, long number) throws Exception {
    RawPeer peer = RawPeer.admitted(MEMBER, by);
    int before = by.received.size();
    peer.send(number(by, number));
    eventually("it is heard", () -> by.received.size() == before + 1);
    return peer;
  }

  private static boolean isClosed(RawPeer peer) throws Exception {
    peer.socket.setSoTimeout(100);
    return peer.closedByOther();
  }

  @Test
  void aGreetingAloneDisplacesNobody() throws Exception {
    List<RawPeer> raws = new ArrayList<>();
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      RawPeer living = heard(a, 1);
      raws.add(living);
      for (int i = 0; i < 500; i++) {
        raws.add(RawPeer.admitted(MEMBER, a));
      }
      assertFalse(isClosed(living));
      living.send(number(a, 2));
      eventually("it is heard", () -> a.received.size() == 2);
      assertTrue(a.down.isEmpty());
    } finally {
      for (RawPeer raw : raws) {
        raw.close();
      }
    }
  }

  @Test
  void greetingsWithoutAWordAreBounded() throws Exception {
    List<RawPeer> raws = new ArrayList<>();
    try (TransportPeer a = open("a")) {
      int threads = Thread.activeCount();
      for (int i = 0; i < 500; i++) {
        raws.add(RawPeer.admitted(MEMBER, a));
      }
      eventually(
          "their threads end",
          () -> Thread.activeCount() <= threads + IncomingConnections.MAX_UNPROVEN + 2);
    } finally {
      for (RawPeer raw : raws) {
        raw.close();
      }
    }
  }

  @Test
  void norDoesWhatIsNoFrame() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      try (RawPeer living = heard(a, 1);
          RawPeer garbage = RawPeer.admitted(MEMBER, a);
          RawPeer impatient = RawPeer.admitted(MEMBER, a)) {
        garbage.out.write(new byte[100]);
        impatient.out.write(RawPeer.frame(number(a, 2)));
        assertTrue(garbage.closedByOther());
        assertTrue(impatient.closedByOther());
        assertFalse(isClosed(living));
      }
    }
  }

  @Test
  void itsOpeningDoesButNotTwiceASecond() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      long millis;
      try (RawPeer first = heard(a, 1);
          RawPeer second = RawPeer.admitted(MEMBER, a)) {
        millis =
            millisUntil(
                () -> {
                  try {
                    second.send(number(a, 2));
                    assertTrue(first.closedByOther());
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        eventually("the second is heard", () -> a.received.size() == 2);
        assertFalse(isClosed(second));
      }
      assertTrue(millis >= IncomingConnections.TENURE.toMillis() - 200, millis + " ms");
      assertTrue(a.down.isEmpty());
    }
  }

  @Test
  void nobodyWaitsForOneThatIsClosed() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      for (int i = 0; i < 20; i++) {
        heard(a, i).close();
      }
      assertEquals(20, a.received.size());
    }
  }

  @Test
  void aLivingPeerIsHeardThroughAStormOfGreetings() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      b.sendNumbers(a, 0, 1);
      eventually("b is heard", () -> a.received.size() == 1);
      for (int i = 1; i <= 300; i++) {
        RawPeer storm = RawPeer.admitted(b.node, a);
        b.sendNumbers(a, i, i + 1);
        storm.close();
      }
      eventually("all is heard", () -> a.received.size() == 301);
      assertTrue(b.down.isEmpty());
    }
  }
}
