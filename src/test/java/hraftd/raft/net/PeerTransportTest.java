package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.listener;
import static hraftd.raft.net.TransportPeer.millisUntil;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages between nodes: that they arrive, whom they do not delay, and how all of it ends. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PeerTransportTest {

  private static List<Long> upTo(int end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static Message.Append large(NodeId from, NodeId to) {
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[1 << 20]);
    return new Message.Append(from, to, 1, 0, 0, 0, 0, 0, List.of(entry));
  }

  @Test
  void threeNodesTalkInOrder() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b");
        TransportPeer c = open("c")) {
      join(a, b, c);
      a.sendNumbers(b, 0, 2000);
      a.sendNumbers(c, 0, 1000);
      b.sendNumbers(a, 0, 500);
      eventually("b has all", () -> b.received.size() == 2000);
      eventually("c has all", () -> c.received.size() == 1000);
      eventually("a has all", () -> a.received.size() == 500);
      assertEquals(upTo(2000), b.numbers());
      assertEquals(upTo(1000), c.numbers());
      assertEquals(upTo(500), a.numbers());
    }
  }

  @Test
  void largeMessagesArrive() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.onRaftThread(
          () -> {
            for (int i = 0; i < 10; i++) {
              a.transport.send(large(a.node, b.node));
            }
          });
      eventually("all arrive", () -> b.received.size() == 10);
    }
  }

  @Test
  void aPeerThatDoesNotReadDelaysNobody() throws Exception {
    try (ServerSocket frozen = listener();
        TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      NodeId stuck = new NodeId("stuck", 1);
      join(a, b);
      joinWith(a, stuck, frozen.getLocalPort(), b);
      a.send(new Message.TimeoutNow(a.node, stuck, 1));
      try (RawPeer reader = RawPeer.admit(frozen)) {
        long millis =
            millisUntil(
                () ->
                    a.onRaftThread(
                        () -> {
                          for (int i = 0; i < 300; i++) {
                            a.transport.send(large(a.node, stuck));
                            a.transport.send(a.number(b, i));
                          }
                        }));
        // Had it waited, then until the connection is given up.
        long givenUp = PeerSender.SILENCE.toMillis();
        assertTrue(millis < givenUp, "the Raft thread waited for " + millis + " ms");
        eventually("b has all", () -> b.received.size() == 300);
        assertEquals(upTo(300), b.numbers());
        assertTrue(a.transport.queuedBytes(stuck) <= SendQueue.MAX_BYTES);
        assertFalse(reader.socket.isClosed());
      }
    }
  }

  @Test
  void aPeerThatDoesNotAcceptDelaysNobody() throws Exception {
    try (ServerSocket frozen = listener();
        TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      NodeId stuck = new NodeId("stuck", 1);
      join(a, b);
      joinWith(a, stuck, frozen.getLocalPort(), b);
      a.send(new Message.TimeoutNow(a.node, stuck, 1));
      a.sendNumbers(b, 0, 10);
      eventually("b has all", () -> b.received.size() == 10);
      assertFalse(a.down.contains(stuck), "it waited for the attempt to connect");
      eventually("it is down", () -> a.down.contains(stuck));
    }
  }

  @Test
  void anotherClusterIsRefused() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b =
            new TransportPeer(new NodeId("b", 1), "other cluster", TransportPeer.ANY_PORT)) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      b.sendNumbers(a, 0, 1);
      eventually("refused", () -> a.down.contains(b.node) && b.down.contains(a.node));
      assertTrue(a.received.isEmpty());
      assertTrue(b.received.isEmpty());
    }
  }

  @Test
  void aWipedDirectoryIsRefused() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      NodeId old = new NodeId("b", 4711);
      joinWith(a, old, b.transport.port());
      a.send(new Message.TimeoutNow(a.node, old, 1));
      eventually("refused", () -> a.down.contains(old));
      assertTrue(b.received.isEmpty());
    }
  }

  @Test
  void aNodeThatKnowsNobodyAnswers() throws Exception {
    try (TransportPeer leader = open("leader");
        TransportPeer fresh = open("fresh")) {
      joinWith(leader, fresh.node, fresh.transport.port());
      fresh.sendNumbers(leader, 0, 1); // No way to it yet: dropped.
      leader.sendNumbers(fresh, 0, 1);
      eventually("asked", () -> fresh.received.size() == 1);
      fresh.sendNumbers(leader, 1, 100);
      eventually("answered", () -> leader.received.size() == 99);
      join(leader, fresh);
      fresh.sendNumbers(leader, 100, 200);
      eventually("answered as a member", () -> leader.received.size() == 199);
      assertTrue(leader.down.isEmpty());
    }
  }

  @Test
  void aRemovedMemberIsNotConnectedToButAnswered() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      join(a);
      eventually("a hangs up", () -> !a.transport.hasSenders());
      a.sendNumbers(b, 1, 2); // No way to it: dropped.
      b.sendNumbers(a, 0, 1);
      eventually("b asks", () -> a.received.size() == 1);
      a.sendNumbers(b, 2, 3);
      eventually("a answers", () -> b.received.size() == 2);
      assertEquals(List.of(0L, 2L), b.numbers());
    }
  }

  @Test
  void aTakenPortIsAnError() throws Exception {
    try (ServerSocket taken = listener()) {
      HostPort bind = new HostPort("127.0.0.1", taken.getLocalPort());
      BindException e =
          assertThrows(
              BindException.class, () -> new TransportPeer(new NodeId("a", 1), "cluster", bind));
      assertTrue(String.valueOf(e.getMessage()).contains(bind.toString()), e.getMessage());
    }
  }

  @Test
  void closingEndsAllThreadsAndFreesThePort() throws Exception {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    TransportPeer a = open("a");
    TransportPeer b = open("b");
    join(a, b);
    a.sendNumbers(b, 0, 10);
    b.sendNumbers(a, 0, 10);
    eventually("connected", () -> a.received.size() == 10 && b.received.size() == 10);
    a.close();
    b.close();
    eventually("no thread is left: " + left(before), () -> left(before).isEmpty());
    new ServerSocket(a.closedPort(), 1, InetAddress.getLoopbackAddress()).close();
    assertTrue(a.failures.isEmpty());
    a.thread.execute(() -> a.failures.add(new AssertionError("runs after close")));
    a.close();
    assertTrue(a.failures.isEmpty());
  }

  private static Set<String> left(Set<Thread> before) {
    Set<String> names = new HashSet<>();
    Thread.getAllStackTraces()
        .keySet()
        .forEach(
            thread -> {
              if (!before.contains(thread) && !thread.getName().startsWith("surefire")) {
                names.add(thread.getName());
              }
            });
    return names;
  }

  @Test
  void closingDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
    try (ServerSocket frozen = listener()) {
      TransportPeer a = open("a");
      NodeId stuck = new NodeId("stuck", 1);
      joinWith(a, stuck, frozen.getLocalPort());
      a.send(large(a.node, stuck));
      try (RawPeer reader = RawPeer.admit(frozen)) {
        for (int i = 0; i < 10; i++) {
          a.send(large(a.node, stuck));
        }
        long millis = millisUntil(a::close);
        assertTrue(millis < 5000, millis + " ms");
        assertFalse(reader.socket.isClosed());
      }
    }
  }
}
