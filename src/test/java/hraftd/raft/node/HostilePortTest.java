package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.net.Preamble;
import hraftd.raft.net.RawPeer;
import hraftd.testing.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes, and somebody at their Raft ports, or between them, who means no good. */
@Timeout(120)
class HostilePortTest {

  private static final String CLUSTER = "test-cluster";
  private static final Duration LOAD = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private record Node(Member member, KvState state, RaftConsensus consensus) {
    byte[] content() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        state.freeze().writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    }
  }

  @TempDir Path directory;

  private final List<Node> nodes = new ArrayList<>();
  private final List<FlippingProxy> proxies = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    nodes.forEach(n -> n.consensus.close());
    for (FlippingProxy proxy : proxies) {
      proxy.close();
    }
  }

  /** Three nodes, each behind a proxy that flips a bit in so many of the frames to it. */
  private void start(double flips) throws IOException {
    List<HostPort> ports = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      HostPort port = new HostPort("127.0.0.1", Ports.free());
      FlippingProxy proxy = new FlippingProxy(port.resolve(), flips);
      proxies.add(proxy);
      ports.add(port);
      HostPort raft = new HostPort("127.0.0.1", proxy.port());
      members.add(new Member(new NodeId("n" + i, 100 + i), raft, raft, /* voter= */ true));
    }
    for (int i = 0; i < 3; i++) {
      nodes.add(start(members.get(i), ports.get(i), members));
    }
  }

  private Node start(Member member, HostPort bind, List<Member> members) throws IOException {
    KvState state = new KvState(ChangeListener.NONE);
    RaftSettings settings =
        new RaftSettings(
            member.node(),
            CLUSTER,
            bind,
            new Membership(members),
            directory.resolve(member.id()),
            /* campaign= */ nodes.isEmpty(),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            /* snapshotBytes= */ 200_000,
            Duration.ofHours(1),
            /* minFreeBytes= */ 0,
            16 << 20,
            100,
            /* scrub= */ Duration.ZERO,
            () -> false,
            RaftMeter.NONE,
            RaftObserver.NONE);
    return new Node(member, state, RaftConsensus.open(settings, state));
  }

  @Test
  void flippedBitsStopNobodyAndAreNeverStored() throws Exception {
    start(0.01);
    Random random = new Random(1);
    List<CompletableFuture<?>> writes = new ArrayList<>();
    long end = System.nanoTime() + LOAD.toNanos();
    int keys = 0;
    while (System.nanoTime() - end < 0) {
      Node any = nodes.get(random.nextInt(nodes.size()));
      keys++;
      writes.add(any.consensus.propose(put(keys), Deadline.after(PATIENCE)));
      writes.add(any.consensus.readBarrier(Deadline.after(PATIENCE)));
      if (writes.size() % 50 == 0) {
        TimeUnit.MILLISECONDS.sleep(10); // A load, and not one that hides the faults.
      }
    }
    for (CompletableFuture<?> write : writes) {
      var unused = write.handle((outcome, why) -> why).get(60, TimeUnit.SECONDS);
    }
    long flips = proxies.stream().mapToLong(FlippingProxy::flips).sum();
    assertTrue(flips > 20, flips + " flips");
    assertAllServe();
    eventually("all have the same", () -> Arrays.equals(content(0), content(1)));
    eventually("all have the same", () -> Arrays.equals(content(0), content(2)));
    int found = 0;
    for (int key = 1; key <= keys; key++) {
      Item item = nodes.get(0).state.view().get(Key.of("k" + key));
      if (item != null) {
        found++;
        assertEquals(value(key), new String(item.value(), StandardCharsets.UTF_8));
      }
    }
    assertTrue(found > keys / 2, found + " of " + keys + " with " + flips + " flips");
    assertEquals(found + 1, pairs(nodes.get(0)), "no key but those, and the one of the last check");
  }

  private static long pairs(Node node) {
    return node.state.view().size();
  }

  private byte[] content(int node) {
    return nodes.get(node).content();
  }

  private static String value(int key) {
    return "value of " + key + " ".repeat(key % 200);
  }

  private static Command put(int key) {
    byte[] value = value(key).getBytes(StandardCharsets.UTF_8);
    return new Command.Put(
        List.of(new Command.Pair(Key.of("k" + key), value, /* ttlMillis= */ 0)), Guard.NONE);
  }

  private void assertAllServe() {
    for (Node node : nodes) {
      assertFalse(node.consensus.terminated().isDone(), node.member.id() + " has stopped");
      Command last =
          new Command.Put(List.of(new Command.Pair(Key.of("last"), new byte[] {1}, 0)), Guard.NONE);
      eventually(
          "it serves",
          () -> {
            var unused =
                node.consensus
                    .propose(last, Deadline.after(PATIENCE))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
          });
    }
  }

  private Node leader() {
    eventually("a leader is there", () -> nodes.stream().anyMatch(HostilePortTest::leads));
    return nodes.stream().filter(HostilePortTest::leads).findFirst().orElseThrow();
  }

  private static boolean leads(Node node) {
    return node.consensus.status().role() == RaftStatus.Role.LEADER;
  }

  private static RawPeer connect(NodeId as, Node to) throws IOException {
    RawPeer peer =
        RawPeer.greet(to.member.raft().port(), new Preamble(CLUSTER, as, to.member.node()));
    assertEquals("ADMITTED", peer.verdict().reason().name());
    return peer;
  }

  @Test
  void whatIsFalseClosesItsConnectionAndNothingElse() throws Exception {
    start(/* flips= */ 0);
    Node leader = leader();
    assertAllServe();
    NodeId self = leader.member.node();
    NodeId follower =
        nodes.stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow().member.node();
    NodeId stranger = new NodeId("stranger", 1);
    long term = leader.consensus.status().term();
    Message.Proposal garbage = new Message.Proposal(1, true, new byte[] {-1, 2, 3});
    for (Message falsehood :
        List.of(
            new Message.AppendReply(follower, self, term, true, 1_000_000, 0),
            new Message.Append(follower, self, term, 1, 1, 0, 0, 0, List.of()),
            new Message.Append(
                follower,
                self,
                term + 1,
                0,
                0,
                0,
                0,
                0,
                List.of(new Entry(1, term + 1, Entry.Kind.COMMAND, 0, 0, 0, new byte[] {1, 6}))),
            new Message.VoteReply(stranger, self, Long.MAX_VALUE, true),
            new Message.Forward(stranger, self, term, 1, 1, List.of(garbage)))) {
      try (RawPeer peer = connect(falsehood.from(), leader)) {
        peer.send(falsehood);
        assertTrue(peer.closedByOther(), falsehood.toString());
      }
    }
    try (RawPeer peer = connect(follower, leader)) {
      peer.send(new Message.Forward(follower, self, term, 1, 1, List.of(garbage)));
      assertAllServe();
    }
    assertEquals(self, leader().member.node());
  }

  /** An older version has let it in: nobody can go on from there, and the operator has to know. */
  @Test
  void aLogWithACommandThatCannotBeAppliedSaysWhich() throws Exception {
    HostPort bind = new HostPort("127.0.0.1", Ports.free());
    Member member = new Member(new NodeId("n1", 1), bind, bind, /* voter= */ true);
    Path data = directory.resolve("n1");
    String which = UnusableLog.make(data);
    Node node = start(member, bind, List.of(member));
    nodes.add(node);
    CompletionException end =
        assertThrows(
            CompletionException.class,
            () -> node.consensus.terminated().orTimeout(20, TimeUnit.SECONDS).join());
    String message = String.valueOf(end.getCause());
    assertTrue(message.contains(which), message);
  }
}
