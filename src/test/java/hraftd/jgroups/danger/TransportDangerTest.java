package hraftd.jgroups.danger;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.net.FrameReader;
import hraftd.raft.net.PeerEvents;
import hraftd.raft.net.PeerTransport;
import hraftd.raft.net.PortSecurity;
import hraftd.raft.net.Preamble;
import hraftd.raft.net.RawPeer;
import hraftd.raft.net.Received;
import hraftd.raft.net.TransportPeer;
import hraftd.raft.net.Verdict;
import hraftd.raft.node.RaftThread;
import hraftd.raft.snapshot.MemorySnapshots;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.protocols.raft.InMemoryLog;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.protocols.raft.election.VoteRequest;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What bytes from the network, and the threads that read them, do to jgroups-raft, and not to us.
 */
@Timeout(180)
class TransportDangerTest {

  private static final int CLAIMED_BYTES = 256 << 20;
  private static final NodeId LEADER = new NodeId("leader", 5);
  private static final NodeId OTHER = new NodeId("other", 6);

  @TempDir Path directory;

  /** Shows whether it was deserialized. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1;
    static boolean sprung;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      sprung = true;
    }

    static byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(new Trap());
      }
      return bytes.toByteArray();
    }
  }

  @ParameterizedTest(name = "14: a peer makes a node deserialize Java objects [{0}]")
  @EnumSource
  void aPeerMakesANodeDeserializeObjects(Engine engine) throws Exception {
    Trap.sprung = false;
    if (engine == Engine.STOCK) {
      answerWithAnObject();
    } else {
      sendObjects();
    }
    engine.shows("it runs code of the peer's choice", Trap.sprung);
  }

  /** What a node forwarded is answered with an exception, which is any object. */
  private void answerWithAnObject() throws Exception {
    try (StockCluster cluster = new StockCluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.separate(0);
      DangerCluster.Answer answer = cluster.write(1, "x");
      cluster.settle();
      assertFalse(answer.ended());
      StockNode node = cluster.nodes.get(1);
      node.receive(
          new BytesMessage(node.address, Util.objectToByteBuffer(new Trap()))
              .setSrc(cluster.nodes.get(0).address)
              .putHeader(
                  node.redirect.getId(),
                  new REDIRECT.RedirectHeader(
                      REDIRECT.RequestType.RSP, /* corr_id= */ 1, /* exception= */ true)));
    }
  }

  private static void sendObjects() throws IOException {
    try (TransportPeer node = TransportPeer.open("node");
        RawPeer asAFrame = RawPeer.admitted(LEADER, node);
        RawPeer asAValue = RawPeer.admitted(OTHER, node)) {
      asAFrame.sendFrame(Trap.bytes());
      assertTrue(asAFrame.closedByOther(), "that is no frame");
      Message.Proposal proposal = new Message.Proposal(1, /* grows= */ true, Trap.bytes());
      asAValue.send(new Message.Forward(OTHER, node.node, 1, 1, 1, List.of(proposal)));
      eventually("the proposal arrives", () -> !node.received.isEmpty());
    }
  }

  @ParameterizedTest(name = "15: a short packet makes a node allocate what it claims [{0}]")
  @EnumSource
  void aShortPacketAllocatesMuch(Engine engine) throws Exception {
    long largest =
        Flight.largestAllocation(
            directory, engine == Engine.STOCK ? this::readAPacket : this::sendFrameLengths);
    engine.shows("it allocates as much", largest >= FrameReader.MAX_FRAME_BYTES);
  }

  /** What the transport does with the bytes of a packet. */
  private void readAPacket() throws Exception {
    ByteArrayDataOutputStream out = new ByteArrayDataOutputStream();
    new BytesMessage(null, new byte[1]).writeTo(out);
    byte[] packet = Arrays.copyOf(out.buffer(), out.position());
    // The length of the content is in front of its one byte.
    ByteBuffer.wrap(packet).putInt(packet.length - 1 - Integer.BYTES, CLAIMED_BYTES);
    assertThrows(
        EOFException.class,
        () -> new BytesMessage().readFrom(new ByteArrayDataInputStream(packet)));
  }

  /** Also the longest frame that is allowed costs nothing before it is there. */
  private void sendFrameLengths() throws IOException {
    try (TransportPeer node = TransportPeer.open("node")) {
      for (int claimed : new int[] {CLAIMED_BYTES, FrameReader.MAX_FRAME_BYTES}) {
        try (RawPeer peer = RawPeer.admitted(LEADER, node)) {
          peer.open();
          peer.out.writeInt(claimed);
          peer.out.write(1);
          peer.socket.shutdownOutput();
          assertTrue(peer.closedByOther());
        }
      }
    }
  }

  @ParameterizedTest(name = "16: votes and entries are handled by two threads at a time [{0}]")
  @EnumSource
  void twoThreadsUseTheLog(Engine engine) throws Exception {
    Set<Thread> users = ConcurrentHashMap.newKeySet();
    if (engine == Engine.STOCK) {
      stockThreads(users);
    } else {
      ourThreads(users);
    }
    assertFalse(users.isEmpty());
    engine.shows("the log has two users: " + users, users.size() > 1);
  }

  /** The runner handles entries, and whoever delivers a request for a vote handles that. */
  private void stockThreads(Set<Thread> users) throws Exception {
    InMemoryLog log =
        new InMemoryLog() {
          @Override
          public LogEntry get(long index) {
            users.add(Thread.currentThread());
            return super.get(index);
          }
        };
    log.init(directory.toString(), java.util.Map.of());
    try (StockFollower follower = new StockFollower(directory, log)) {
      users.clear();
      Thread runner = new Thread(() -> follower.append(1, 0, 0, 0, 1), "runner");
      runner.start();
      runner.join();
      assertTrue(users.contains(runner));
      follower.node.receive(
          new EmptyMessage(follower.node.address)
              .setSrc(StockNode.address("candidate"))
              .putHeader(follower.node.election.getId(), new VoteRequest(9)));
    } finally {
      log.delete();
    }
  }

  private static void ourThreads(Set<Thread> users) throws Exception {
    RaftLog plain = new MemoryLog(() -> {});
    RaftLog log =
        (RaftLog)
            Proxy.newProxyInstance(
                RaftLog.class.getClassLoader(),
                new Class<?>[] {RaftLog.class},
                (proxy, method, args) -> {
                  users.add(Thread.currentThread());
                  try {
                    return method.invoke(plain, args);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    try (OneNode node = new OneNode(log);
        RawPeer leader = node.peer(LEADER);
        RawPeer candidate = node.peer(OTHER)) {
      users.clear(); // without the thread that made it
      node.begin();
      leader.send(new Message.Append(LEADER, node.self, 1, 0, 0, 0, 0, 1, List.of()));
      eventually("the leader is heard", () -> node.term == 1);
      candidate.send(new Message.Vote(OTHER, node.self, 9, 1, 1, /* transfer= */ true));
      eventually("the candidate is heard", () -> node.term == 9);
      assertNull(node.failure);
    }
  }

  /** A Raft on the real transport and the real Raft thread. */
  private static final class OneNode implements PeerEvents, RaftThread.Loop, AutoCloseable {
    final NodeId self = new NodeId("self", 1);
    volatile long term;
    volatile @Nullable Throwable failure;
    final PeerTransport transport =
        new PeerTransport(self, "cluster", TransportPeer.ANY_PORT, PortSecurity.NONE);
    private final RaftThread thread = new RaftThread("raft", this);
    private final Raft raft;
    private volatile boolean begun;

    OneNode(RaftLog log) throws IOException {
      Membership members =
          new Membership(
              List.of(
                  ScriptedRaft.member(self),
                  ScriptedRaft.member(LEADER),
                  ScriptedRaft.member(OTHER)));
      raft =
          new ScriptedRaft(
                  self,
                  members,
                  /* share= */ 100,
                  log,
                  new MemoryTermStore(),
                  new MemorySnapshots(),
                  System::nanoTime,
                  transport::send)
              .raft;
      transport.start(this);
      thread.start();
    }

    /** From here on it takes part. */
    void begin() {
      begun = true;
    }

    RawPeer peer(NodeId from) throws IOException {
      RawPeer peer = RawPeer.greet(transport.port(), new Preamble("cluster", from, self));
      assertEquals(Verdict.Reason.ADMITTED, peer.verdict().reason());
      return peer;
    }

    @Override
    public void received(Received received) {
      thread.execute(() -> received.messages().forEach(raft::receive));
    }

    @Override
    public void peerDown(NodeId peer) {}

    @Override
    public long endOfBatch() {
      if (begun) {
        raft.endOfBatch();
        term = raft.term();
      }
      return Long.MAX_VALUE;
    }

    @Override
    public void failed(Throwable cause) {
      failure = cause;
    }

    @Override
    public void close() {
      thread.close();
      transport.close();
    }
  }
}
