package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A node with a real transport and no Raft: it records what it is told. */
public final class TransportPeer implements RaftEvents, AutoCloseable {
  public static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  public final NodeId node;
  private final int port;
  final PeerTransport transport;
  public final Queue<Message> received = new ConcurrentLinkedQueue<>();
  final Queue<NodeId> down = new ConcurrentLinkedQueue<>();
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  final AtomicInteger batches = new AtomicInteger();

  TransportPeer(NodeId node, String clusterId, HostPort bind) throws IOException {
    this.node = node;
    this.transport = new PeerTransport(node, clusterId, bind);
    transport.start(this);
    port = transport.port();
  }

  public static TransportPeer open(String id) throws IOException {
    return new TransportPeer(new NodeId(id, id.hashCode()), "cluster", ANY_PORT);
  }

  /** Makes them members of one cluster. */
  static void join(TransportPeer... peers) {
    Membership all = new Membership(Stream.of(peers).map(TransportPeer::member).toList());
    Stream.of(peers).forEach(peer -> peer.onRaftThread(() -> peer.transport.members(all)));
  }

  Member member() {
    return member(node, transport.port());
  }

  static Member member(NodeId node, int port) {
    return new Member(node, new HostPort("127.0.0.1", port), new HostPort("127.0.0.1", 1), true);
  }

  /** Runs something on the Raft thread and waits for it. */
  void onRaftThread(Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    transport.execute(
        () -> {
          task.run();
          done.countDown();
        });
    try {
      if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the Raft thread does not come to it");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void send(Message message) {
    onRaftThread(() -> transport.send(message));
  }

  /** Numbered messages, so that their order can be seen. */
  void sendNumbers(TransportPeer to, int from, int end) {
    onRaftThread(
        () -> {
          for (int i = from; i < end; i++) {
            transport.send(number(to, i));
          }
        });
  }

  Message number(TransportPeer to, long number) {
    return new Message.ReadIndex(node, to.node, 1, number);
  }

  List<Long> numbers() {
    return received.stream()
        .filter(Message.ReadIndex.class::isInstance)
        .map(m -> ((Message.ReadIndex) m).request())
        .toList();
  }

  public static void eventually(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(2);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void received(Message message) {
    received.add(message);
  }

  @Override
  public void peerDown(NodeId peer) {
    down.add(peer);
  }

  @Override
  public long endOfBatch() {
    batches.incrementAndGet();
    return Long.MAX_VALUE;
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
  }

  /** The port that it listened on. */
  int closedPort() {
    return port;
  }

  /** Closes it; may be called again. */
  void stop() {
    transport.close();
  }

  @Override
  public void close() {
    stop();
  }
}
