package hraftd.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.testing.Eventually;
import hraftd.testing.Ports;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One node alone on the library's own log: its files, and what it can and cannot do. */
@Timeout(60)
class JGroupsRaftEngineTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final NodeId SELF = new NodeId("1", 7);

  @TempDir Path directory;

  private final JGroupsRaftEngine engine = new JGroupsRaftEngine();
  private final KvState state = new KvState(ChangeListener.NONE);
  private final AtomicBoolean heapFull = new AtomicBoolean();

  private static Member member(NodeId node, int port) {
    HostPort raft = new HostPort("127.0.0.1", port);
    return new Member(node, raft, new HostPort("127.0.0.1", 1), /* voter= */ true);
  }

  private RaftSettings settings(int port, @Nullable Path directory, long snapshotBytes) {
    Membership alone = new Membership(List.of(member(SELF, port)));
    return settings(port, alone, /* founds= */ true, directory, snapshotBytes);
  }

  private RaftSettings settings(
      int port, Membership members, boolean founds, @Nullable Path directory, long snapshotBytes) {
    return new RaftSettings(
        SELF,
        "cluster",
        new HostPort("127.0.0.1", port),
        members,
        directory,
        founds,
        Duration.ofMillis(600),
        Duration.ofMillis(60),
        snapshotBytes,
        Duration.ofMinutes(1),
        /* diskReserve= */ 1 << 20,
        /* segmentBytes= */ 1 << 20,
        /* keepEntries= */ 1,
        /* scrub= */ Duration.ZERO,
        heapFull::get,
        RaftMeter.NONE,
        RaftObserver.NONE);
  }

  private static Command put(String key) {
    return new Command.Put(List.of(new Command.Pair(Key.of(key), new byte[100], 0)), Guard.NONE);
  }

  private static Outcome put(Consensus consensus, String key) throws Exception {
    return propose(consensus, put(key));
  }

  private static Outcome propose(Consensus consensus, Command command) throws Exception {
    return Eventually.eventually(
        "it is written",
        PATIENCE,
        () -> consensus.propose(command, Deadline.after(PATIENCE)).get());
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return Objects.requireNonNull(assertThrows(ExecutionException.class, future::get).getCause());
  }

  @Test
  void what_was_written_is_there_again_after_a_restart() throws Exception {
    engine.begin(directory);
    engine.begin(directory);
    int port = Ports.free();
    try (Consensus consensus = engine.open(settings(port, directory, 2000), state)) {
      for (int i = 1; i <= 50; i++) { // with snapshots in between
        assertEquals(new Outcome.Written(i), put(consensus, "key" + i));
      }
      consensus.readBarrier(Deadline.after(PATIENCE)).get();
      RaftStatus status = consensus.status();
      assertEquals(RaftStatus.Role.LEADER, status.role());
      assertEquals(SELF, status.leader() == null ? null : status.leader().node());
      assertTrue(status.snapshotIndex() > 0, status::toString);
    }
    IOException used = assertThrows(IOException.class, () -> engine.begin(directory));
    assertTrue(String.valueOf(used.getMessage()).contains("empty the whole"), used::toString);

    engine.require(directory);
    KvState again = new KvState(ChangeListener.NONE);
    try (Consensus consensus = engine.open(settings(port, directory, 1 << 20), again)) {
      assertEquals(new Outcome.Written(51), put(consensus, "key51"));
      assertEquals(51, again.view().size());
    }
  }

  @Test
  void in_memory_nothing_is_kept() throws Exception {
    try (Consensus consensus = engine.open(settings(Ports.free(), null, 1 << 20), state)) {
      assertEquals(new Outcome.Written(1), put(consensus, "a"));
    }
  }

  @Test
  void a_full_heap_refuses_what_grows_but_owes_a_repeat_its_answer() throws Exception {
    Command once = new Command.Once("key", 1, put("a"));
    engine.begin(directory);
    try (Consensus consensus = engine.open(settings(Ports.free(), directory, 1 << 20), state)) {
      assertEquals(new Outcome.Written(1), propose(consensus, once));
      heapFull.set(true);
      assertEquals(new Outcome.Written(1), propose(consensus, once));
      CompletableFuture<Outcome> more = consensus.propose(put("b"), Deadline.after(PATIENCE));
      assertInstanceOf(ConsensusException.MemoryFull.class, failure(more));
    }
  }

  @Test
  void members_without_their_log_are_refused() throws Exception {
    assertThrows(IOException.class, () -> engine.require(directory));
    engine.begin(directory);
    engine.require(directory);
    Files.delete(directory.resolve("jgroups.log/metadata.raft"));
    IOException gone = assertThrows(IOException.class, () -> engine.require(directory));
    assertTrue(String.valueOf(gone.getMessage()).contains("is gone"), gone::toString);
  }

  @Test
  void a_damaged_log_ends_the_node() throws Exception {
    engine.begin(directory);
    Files.write(directory.resolve("jgroups.log/state_snapshot.raft"), new byte[0]);
    try (Consensus consensus = engine.open(settings(Ports.free(), directory, 1 << 20), state)) {
      Eventually.eventually("it ends", () -> consensus.terminated().isCompletedExceptionally());
      CompletableFuture<Void> read = consensus.readBarrier(Deadline.after(PATIENCE));
      assertInstanceOf(ConsensusException.Stopping.class, failure(read));
    }
  }

  @Test
  void what_it_cannot_do_it_says() throws Exception {
    try (Consensus consensus = engine.open(settings(Ports.free(), null, 1 << 20), state)) {
      Deadline soon = Deadline.after(PATIENCE);
      Member other =
          new Member(
              new NodeId("2", 1), new HostPort("127.0.0.1", 2), new HostPort("127.0.0.1", 3), true);
      assertThrows(ConsensusException.NotSupported.class, consensus::checkMembersCanChange);
      for (CompletableFuture<?> refused :
          List.of(
              consensus.add(other, soon),
              consensus.remove("1", soon),
              consensus.transferLeadership("", soon))) {
        assertInstanceOf(ConsensusException.NotSupported.class, failure(refused));
      }
    }
  }

  @Test
  void a_port_that_is_taken_is_said_at_once() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RaftSettings settings = settings(taken.getLocalPort(), null, 1 << 20);
      assertThrows(BindException.class, () -> engine.open(settings, state));
    }
  }

  @Test
  @SuppressWarnings("try") // The old self is closed in the middle of it.
  void a_member_waits_until_the_others_miss_its_old_self() throws Exception {
    int port = Ports.free();
    int other = Ports.free();
    Membership two = new Membership(List.of(member(SELF, port), member(new NodeId("2", 1), other)));
    RaftSettings first = settings(port, two, /* founds= */ true, null, 1 << 20);
    RaftSettings second = settings(other, two, /* founds= */ false, null, 1 << 20);
    try (Consensus old = engine.open(first, state)) {
      Eventually.eventually("it is in", () -> !joining(old));
      try (Consensus again = engine.open(second, new KvState(ChangeListener.NONE))) {
        CompletableFuture<Void> refused = again.readBarrier(Deadline.after(PATIENCE));
        assertInstanceOf(ConsensusException.NoLeader.class, failure(refused));
        assertTrue(joining(again));
        old.close();
        Eventually.eventually("it is let in", () -> !joining(again));
      }
    }
  }

  private static boolean joining(Consensus consensus) {
    return consensus.status().activity().equals("joining");
  }

  @Test
  void requests_end_when_the_node_stops() throws Exception {
    Consensus consensus = engine.open(settings(Ports.free(), null, 1 << 20), state);
    CompletableFuture<Void> early = consensus.readBarrier(Deadline.after(PATIENCE));
    consensus.close();
    assertTrue(early.isDone());
    assertInstanceOf(
        ConsensusException.Stopping.class,
        failure(consensus.propose(new Command.Tick(), Deadline.after(PATIENCE))));
    consensus.terminated().get();
  }
}
