package hraftd.raft.net;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.node.RaftThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Prints how fast two transports in one JVM talk; asserts only that all arrives. */
final class TransportSpeedTest {
  private static final int ROUNDS = 5_000;
  private static final int BATCHES = 2_000;
  private static final int ENTRIES = 200;

  /** Answers every message, and starts over until the rounds are done. */
  private static final class Pinger implements PeerEvents, RaftThread.Loop {
    final long[] nanos = new long[ROUNDS];
    final CountDownLatch done = new CountDownLatch(1);
    final NodeId self;
    final NodeId other;
    final boolean starts;
    final RaftThread thread = new RaftThread("raft", this);
    final RaftThread.Budget budget = new RaftThread.Budget(16 << 20);
    final PeerTransport transport;
    int round;
    long sent;

    Pinger(NodeId self, NodeId other, boolean starts) {
      this.self = self;
      this.other = other;
      this.starts = starts;
      this.transport = new PeerTransport(self, "c", TransportPeer.ANY_PORT, PortSecurity.NONE);
    }

    void ping() {
      sent = System.nanoTime();
      transport.send(new Message.ReadIndex(self, other, 1, round));
    }

    @Override
    public void received(Received some) {
      thread.execute(
          budget, some.weight(), some::isWanted, () -> some.messages().forEach(m -> received()));
    }

    private void received() {
      if (!starts) {
        transport.send(new Message.ReadIndex(self, other, 1, 0));
        return;
      }
      nanos[round++] = System.nanoTime() - sent;
      if (round == ROUNDS) {
        done.countDown();
      } else {
        ping();
      }
    }

    @Override
    public void peerDown(NodeId peer) {}

    @Override
    public long endOfBatch() {
      return Long.MAX_VALUE;
    }

    @Override
    public void failed(Throwable cause) {
      cause.printStackTrace();
    }
  }

  @Test
  void pingPong() throws Exception {
    NodeId idA = new NodeId("a", 1);
    NodeId idB = new NodeId("b", 2);
    Pinger a = new Pinger(idA, idB, true);
    Pinger b = new Pinger(idB, idA, false);
    try (PeerTransport ta = a.transport;
        PeerTransport tb = b.transport;
        RaftThread threadA = a.thread;
        RaftThread threadB = b.thread) {
      ta.start(a);
      tb.start(b);
      threadA.start();
      threadB.start();
      Membership both =
          new Membership(
              List.of(TransportPeer.member(idA, ta.port()), TransportPeer.member(idB, tb.port())));
      threadB.execute(() -> tb.members(both));
      threadA.execute(() -> ta.members(both));
      threadA.execute(a::ping);
      assertTrue(a.done.await(20, TimeUnit.SECONDS));
    }
    long[] warm = Arrays.copyOfRange(a.nanos, ROUNDS / 2, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "one way: p50 %d us, p99 %d us%n",
        warm[warm.length / 2] / 2000, warm[warm.length * 99 / 100] / 2000);
  }

  @Test
  void appends() throws Exception {
    try (TransportPeer a = TransportPeer.open("a");
        TransportPeer b = TransportPeer.open("b")) {
      TransportPeer.join(a, b);
      List<Entry> entries = new ArrayList<>();
      for (int i = 1; i <= ENTRIES; i++) {
        entries.add(new Entry(i, 1, Entry.Kind.COMMAND, 1, 7, i, new byte[150]));
      }
      long start = System.nanoTime();
      for (int sent = 0; sent < BATCHES; ) {
        int now = Math.min(100, BATCHES - sent);
        a.onRaftThread(
            () -> {
              for (int i = 0; i < now; i++) {
                a.transport.send(new Message.Append(a.node, b.node, 1, 0, 0, 0, 0, 0, entries));
              }
            });
        sent += now;
        int soFar = sent;
        eventually("they arrive", () -> b.received.size() == soFar);
        b.sendNumbers(a, 0, 1); // Nobody is spoken to for long without a word.
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      assertEquals(BATCHES, b.received.size());
      System.out.printf(
          "appends of %d entries: %.0f/s, entries: %.0f/s%n",
          ENTRIES, BATCHES / seconds, BATCHES * ENTRIES / seconds);
    }
  }
}
