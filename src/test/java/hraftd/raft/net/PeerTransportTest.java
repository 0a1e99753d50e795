package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.eventually;
import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PeerTransportTest {

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static void joinWith(TransportPeer peer, NodeId other, int port, TransportPeer... more) {
    List<Member> members = new ArrayList<>(Stream.of(more).map(TransportPeer::member).toList());
    members.add(peer.member());
    members.add(TransportPeer.member(other, port));
    peer.onRaftThread(() -> peer.transport.members(new Membership(members)));
  }

  private static List<Long> upTo(int end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static Message.Append large(NodeId from, NodeId to) {
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[1 << 20]);
    return new Message.Append(from, to, 1, 0, 0, 0, 0, 0, List.of(entry));
  }

  private static long millisUntil(Runnable wait) {
    long start = System.nanoTime();
    wait.run();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
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
  void ticksWithoutWork() throws Exception {
    try (TransportPeer a = open("a")) {
      int before = a.batches.get();
      eventually("it ticks", () -> a.batches.get() > before + 5);
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
        assertTrue(millis < 1000, "the Raft thread waited for " + millis + " ms");
        eventually("b has all", () -> b.received.size() == 300);
        assertEquals(upTo(300), b.numbers());
        assertTrue(a.transport.queuedBytes(stuck) <= PeerSender.MAX_QUEUED_BYTES);
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
  void aSilentPeerIsConnectedToAgain() throws Exception {
    try (ServerSocket silent = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("silent", 1);
      joinWith(a, peer, silent.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      try (RawPeer first = RawPeer.admit(silent)) {
        int frameBytes = first.in.readInt() + Integer.BYTES;
        for (int i = 0; i < 20; i++) {
          first.in.readNBytes(frameBytes - (i == 0 ? Integer.BYTES : 0));
          a.send(new Message.TimeoutNow(a.node, peer, 1));
        }
        first.in.readAllBytes();
        a.send(new Message.TimeoutNow(a.node, peer, 1));
        RawPeer.admit(silent).close();
      }
    }
  }

  @Test
  void aPeerThatAnswersIsNotConnectedToAgain() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("slow", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      try (RawPeer first = RawPeer.admit(server)) {
        first.in.readNBytes(first.in.readInt());
        first.sendFrame(frame(new Message.TimeoutNow(peer, a.node, 1)));
        eventually("the answer is there", () -> a.received.size() == 1);
        a.send(new Message.TimeoutNow(a.node, peer, 1));
        first.in.readNBytes(first.in.readInt());
        first.socket.setSoTimeout((int) PeerSender.SILENCE.toMillis() + 1500);
        assertFalse(first.closedByOther());
      }
    }
  }

  private static byte[] frame(Message... messages) {
    WireWriter out = new WireWriter();
    MessageCodec.encode(List.of(messages), out);
    return out.toByteArray();
  }

  @Test
  void aDyingPeerIsDownAtOnce() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("victim", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      RawPeer victim = RawPeer.admit(server);
      victim.in.readNBytes(victim.in.readInt());
      assertTrue(a.down.isEmpty());
      victim.close();
      long millis = millisUntil(() -> eventually("it is down", () -> a.down.contains(peer)));
      assertTrue(millis < 1000, millis + " ms");
    }
  }

  @Test
  void aPeerThatResetsItsConnectionIsDownAtOnce() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("victim", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      RawPeer victim = RawPeer.admit(server);
      victim.socket.setSoLinger(true, 0);
      victim.close();
      eventually("it is down", () -> a.down.contains(peer));
    }
  }

  @Test
  void aClosedTransportIsDownForItsPeers() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      b.stop();
      eventually("b is down", () -> a.down.contains(b.node));
    }
  }

  @Test
  void aPeerThatComesBackIsReached() throws Exception {
    try (TransportPeer a = open("a")) {
      TransportPeer b = open("b");
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      int port = b.transport.port();
      b.close();
      eventually("b is down", () -> a.down.contains(b.node));
      try (TransportPeer again =
          new TransportPeer(b.node, "cluster", new HostPort("127.0.0.1", port))) {
        eventually(
            "it is reached",
            () -> {
              a.sendNumbers(b, 7, 8);
              return again.received.size() > 0;
            });
      }
    }
  }

  @Test
  void aMemberThatMovesIsReachedWhereItIs() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      try (TransportPeer moved = new TransportPeer(b.node, "cluster", TransportPeer.ANY_PORT)) {
        join(a, moved);
        eventually(
            "it is reached",
            () -> {
              a.sendNumbers(b, 7, 8);
              return moved.received.size() > 0;
            });
        assertEquals(1, b.received.size());
      }
    }
  }

  @Test
  void aDeadPeerCostsFewAttempts() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      executor.execute(
          () -> {
            try {
              while (true) {
                server.accept().close();
                attempts.incrementAndGet();
              }
            } catch (IOException e) {
              // The end of the test.
            }
          });
      NodeId peer = new NodeId("dead", 1);
      joinWith(a, peer, server.getLocalPort());
      long millis =
          millisUntil(
              () ->
                  eventually(
                      "several attempts",
                      () -> {
                        a.send(new Message.TimeoutNow(a.node, peer, 1));
                        return attempts.get() >= 5;
                      }));
      // After 0, 50 or 100, 200, 400 and 400 ms.
      assertTrue(millis > 500, "five attempts within " + millis + " ms");
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aPeerThatSpeaksIsConnectedToSoon() throws Exception {
    int nobody;
    try (ServerSocket closed = listener()) {
      nobody = closed.getLocalPort();
    }
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      joinWith(a, b.node, nobody);
      eventually(
          "attempts have become rare",
          () -> {
            a.sendNumbers(b, 0, 1);
            return a.down.size() >= 5;
          });
      join(a, b);
      b.sendNumbers(a, 0, 1);
      eventually("b is heard", () -> a.received.size() == 1);
      long millis =
          millisUntil(
              () ->
                  eventually(
                      "it is reached",
                      () -> {
                        a.sendNumbers(b, 7, 8);
                        return b.received.size() > 0;
                      }));
      // Without a word from it the next attempt would come 400 ms after the last.
      assertTrue(millis < 250, millis + " ms");
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
    a.transport.execute(() -> a.failures.add(new AssertionError("runs after close")));
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

  @Test
  void closingLetsTheLastTaskEndUninterrupted() throws Exception {
    TransportPeer a = open("a");
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean whole = new AtomicBoolean();
    a.transport.execute(
        () -> {
          began.countDown();
          try {
            whole.set(go.await(10, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            whole.set(false);
          }
        });
    assertTrue(began.await(10, TimeUnit.SECONDS));
    Thread closer = new Thread(a::close);
    closer.start();
    closer.join(300);
    assertTrue(closer.isAlive());
    go.countDown();
    closer.join(10_000);
    assertFalse(closer.isAlive());
    assertTrue(whole.get());
  }

  @Test
  void anythingThrownOnTheRaftThreadIsReported() throws Exception {
    try (TransportPeer a = open("a")) {
      AssertionError bug = new AssertionError("bug");
      a.transport.execute(
          () -> {
            throw bug;
          });
      eventually("reported", () -> a.failures.contains(bug));
      for (int i = 0; i < 20_000; i++) {
        a.transport.execute(() -> a.failures.add(new AssertionError("goes on")));
      }
      assertEquals(1, a.failures.size());
    }
  }

  @Test
  void theRaftThreadMayAskMoreOfItselfThanTheQueueHolds() throws Exception {
    try (TransportPeer a = open("a")) {
      List<Integer> ran = new ArrayList<>();
      a.onRaftThread(
          () -> {
            for (int i = 0; i < 20_000; i++) {
              int number = i;
              a.transport.execute(() -> ran.add(number));
            }
          });
      AtomicInteger size = new AtomicInteger();
      eventually(
          "all ran",
          () -> {
            a.onRaftThread(() -> size.set(ran.size()));
            return size.get() == 20_000;
          });
      for (int i = 0; i < 20_000; i++) {
        assertEquals(i, ran.get(i));
      }
    }
  }
}
