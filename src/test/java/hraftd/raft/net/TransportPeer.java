package hraftd.raft.net;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import hraftd.raft.node.RaftThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node with a real transport, a real Raft thread and no Raft: it records what it is told. */
public final class TransportPeer implements AutoCloseable {
  public static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For tests that are not about time, and have more to say than a greeting. */
  private static final Patience UNHURRIED =
      new Patience(Duration.ofSeconds(20), PeerConnections.FRAME_TIMEOUT);

  public final NodeId node;
  private final int port;
  final PeerTransport transport;
  public final Queue<Message> received = new ConcurrentLinkedQueue<>();
  final Queue<NodeId> down = new ConcurrentLinkedQueue<>();
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  final RecordedLines log = new RecordedLines();
  final RaftThread thread;
  private final RaftThread.Budget budget = new RaftThread.Budget(16 << 20);

  TransportPeer(NodeId node, String clusterId, HostPort bind) throws IOException {
    this(node, clusterId, bind, PortSecurity.NONE, Patience.USUAL);
  }

  TransportPeer(NodeId node, PortSecurity security) throws IOException {
    this(node, "cluster", ANY_PORT, security, UNHURRIED);
  }

  private TransportPeer(
      NodeId node, String clusterId, HostPort bind, PortSecurity security, Patience patience)
      throws IOException {
    this.node = node;
    this.transport = new PeerTransport(node, clusterId, bind, security, patience, log.logger());
    this.thread = new RaftThread("raft-" + node.id(), new Idle());
    transport.start(new Recorder());
    port = transport.port();
    thread.start();
  }

  public static TransportPeer open(String id) throws IOException {
    return new TransportPeer(new NodeId(id, id.hashCode()), "cluster", ANY_PORT);
  }

  /** One that gives others so long to send a frame. */
  static TransportPeer open(String id, Duration frameTimeout) throws IOException {
    NodeId node = new NodeId(id, id.hashCode());
    return new TransportPeer(
        node,
        "cluster",
        ANY_PORT,
        PortSecurity.NONE,
        new Patience(Admission.TIMEOUT, frameTimeout));
  }

  /** One that proves these, and asks for them. */
  public static TransportPeer open(String id, PortSecrets secrets) throws IOException {
    return open(id, new PortSecurity(secrets, null));
  }

  /** One that asks this, and is asked. */
  static TransportPeer open(String id, PortSecurity security) throws IOException {
    return new TransportPeer(new NodeId(id, id.hashCode()), security);
  }

  /** Makes them members of one cluster. */
  static void join(TransportPeer... peers) {
    Membership all = new Membership(Stream.of(peers).map(TransportPeer::member).toList());
    Stream.of(peers).forEach(peer -> peer.members(all));
  }

  /** Makes one of them a member together with a node that is not one of these. */
  static void joinWith(TransportPeer peer, NodeId other, int port, TransportPeer... more) {
    List<Member> members = new ArrayList<>(Stream.of(more).map(TransportPeer::member).toList());
    members.add(peer.member());
    members.add(member(other, port));
    peer.members(new Membership(members));
  }

  private void members(Membership all) {
    onRaftThread(
        () -> {
          transport.members(all);
          transport.trust(all.members().stream().map(Member::node).collect(Collectors.toSet()));
        });
  }

  /** Where somebody else listens in the place of a node. */
  static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static long millisUntil(Runnable wait) {
    long start = System.nanoTime();
    wait.run();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
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
    thread.execute(
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
    return new Message.PreVote(node, to.node, 1, number, 1, 0);
  }

  List<Long> numbers() {
    return received.stream()
        .filter(Message.PreVote.class::isInstance)
        .map(m -> ((Message.PreVote) m).lastIndex())
        .toList();
  }

  private final class Recorder implements PeerEvents {

    @Override
    public void received(Received some) {
      thread.execute(budget, some.weight(), some::isWanted, () -> received.addAll(some.messages()));
    }

    @Override
    public void peerDown(NodeId peer) {
      thread.execute(() -> down.add(peer));
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }
  }

  private final class Idle implements RaftThread.Loop {

    @Override
    public long endOfBatch() {
      return Long.MAX_VALUE;
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }
  }

  /** All is well if a node that was never seen before gets through at once. */
  static void assertPeersGetIn(TransportPeer target) throws IOException {
    long start = System.nanoTime();
    try (TransportPeer peer = open("peer")) {
      join(peer, target);
      peer.sendNumbers(target, 0, 3);
      eventually("a peer gets in", () -> target.numbers().equals(List.of(0L, 1L, 2L)));
      target.received.clear();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis < 5000, millis + " ms");
  }

  /** The port that it listened on. */
  int closedPort() {
    return port;
  }

  /** Closes it; may be called again. */
  void stop() {
    thread.close();
    transport.close();
  }

  @Override
  public void close() {
    stop();
  }
}
