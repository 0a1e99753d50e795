package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.jgroups.danger.ScriptedFollower;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
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
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import hraftd.raft.log.RealLogThreads;
import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes without HTTP, in one process: real logs, real sockets, the real clock. */
@Timeout(60)
class RaftConsensusTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What ends only by its deadline has not ended when a test looks. */
  private static final Duration LONG = PATIENCE.multipliedBy(10);

  private record Node(Member member, KvState state, RaftConsensus consensus) {}

  @TempDir Path directory;

  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(n -> n.consensus.close());
  }

  @Test
  void anyNodeTakesWritesAndServesThemToAnyOther() throws Exception {
    start(members(3), /* campaign= */ true);
    for (Node writer : nodes) {
      put(writer, "k" + writer.member.id(), "v" + writer.member.id());
      for (Node reader : nodes) {
        assertEquals(
            "v" + writer.member.id(), get(reader, "k" + writer.member.id()), reader.member.id());
      }
    }
  }

  @Test
  void allStopAndComeBackWithEverything() throws Exception {
    List<Member> members = members(3);
    start(members, true);
    put(nodes.get(1), "before", "stop");
    nodes.forEach(n -> n.consensus.close());
    nodes.clear();
    start(members, false);
    assertEquals("stop", get(nodes.get(2), "before"));
    put(nodes.get(0), "after", "start");
    assertEquals("start", get(nodes.get(1), "after"));
  }

  @Test
  void oneOfThreeMayStopWhicheverItIs() throws Exception {
    start(members(3), true);
    put(nodes.get(0), "a", "1");
    nodes.remove(0).consensus.close();
    put(nodes.get(0), "a", "2");
    assertEquals("2", get(nodes.get(1), "a"));
  }

  /** The leader sends something all the time, and still sees that a follower lacks something. */
  @Test
  void aFollowerThatComesBackCatchesUpWhileThereAreReads() throws Exception {
    List<Member> members = members(3);
    start(members, true);
    put(nodes.get(0), "a", "1");
    Node leader = leader();
    Node follower = nodes.get(nodes.get(0).equals(leader) ? 1 : 0);
    follower.consensus.close();
    nodes.remove(follower);
    put(leader, "a", "2");
    Node again = start(follower.member, new Membership(members), false);
    nodes.add(again);
    long index = leader.consensus.status().lastIndex();
    eventually(
        "it has applied all",
        () -> {
          leader.consensus.readBarrier(Deadline.after(PATIENCE)).join();
          return again.consensus.status().appliedIndex() >= index;
        });
  }

  @Test
  void aLearnerJoinsCatchesUpAndCounts() throws Exception {
    List<Member> members = members(2);
    List<Member> first = members.subList(0, 1);
    nodes.add(start(members.get(0), new Membership(first), true));
    for (int i = 0; i < 100; i++) {
      put(nodes.get(0), "k" + i, "v");
    }
    Node joining = start(members.get(1), Membership.EMPTY, false);
    nodes.add(joining);
    Membership now = await(nodes.get(0).consensus.add(members.get(1), Deadline.after(PATIENCE)));
    assertEquals(2, now.voters().size());
    assertEquals("v", get(joining, "k99"));
  }

  @Test
  void aSnapshotStandsInForTheLogAfterARestart() throws Exception {
    List<Member> members = members(1);
    Node only = start(members.get(0), new Membership(members), true, 100_000);
    nodes.add(only);
    for (int i = 0; i < 30; i++) {
      put(only, "k" + i, "x".repeat(20_000));
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (only.consensus.status().snapshotIndex() == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(true, only.consensus.status().snapshotIndex() > 0, "no snapshot was taken");
    only.consensus.close();
    nodes.clear();
    Node again = start(members.get(0), new Membership(members), false, 100_000);
    nodes.add(again);
    assertEquals("x".repeat(20_000), get(again, "k0"));
    assertEquals("x".repeat(20_000), get(again, "k29"));
  }

  /**
   * Requests arrive before, during and after the leader's failing fsync: each has its answer, long
   * before its deadline, and the other nodes show that it was true.
   */
  @Test
  void whenAnFsyncFailsEveryRequestEndsAndWithTheTruth() throws Exception {
    List<Member> members = members(3);
    Map<Member, CrashDisk> disks = new HashMap<>();
    for (Member m : members) {
      CrashDisk disk = new CrashDisk(new Random(1));
      disks.put(m, disk);
      nodes.add(start(m, new Membership(members), false, 64 << 20, new OnDisk(disk)));
    }
    get(nodes.get(0), "a leader is there");
    put(nodes.get(0), "before", "fault");
    Node failing = leader();
    CrashDisk disk = Objects.requireNonNull(disks.get(failing.member));

    Map<String, CompletableFuture<Outcome>> writes = new LinkedHashMap<>();
    List<CompletableFuture<Void>> reads = new ArrayList<>();
    Runnable requests =
        () -> {
          for (int i = 0; i < 50; i++) {
            String key = "k" + writes.size();
            writes.put(key, propose(failing, key, key, LONG));
            reads.add(failing.consensus.readBarrier(Deadline.after(LONG)));
          }
        };
    disk.failForceAnd(requests);
    CompletableFuture<Outcome> first = propose(failing, "first", "first", LONG);
    Member silent =
        new Member(
            new NodeId("n4", 104), new HostPort("127.0.0.1", 1), members.get(0).http(), false);
    CompletableFuture<Membership> change = failing.consensus.add(silent, Deadline.after(LONG));
    ExecutionException end =
        assertThrows(ExecutionException.class, () -> await(failing.consensus.terminated()));
    assertTrue(end.getCause() instanceof IOException, String.valueOf(end.getCause()));
    assertEquals(50, writes.size(), "some came during the fsync");
    writes.put("first", first);
    requests.run();
    for (CompletableFuture<Void> read : reads) {
      ended(read);
    }
    assertNotNull(ended(change));
    nodes.remove(failing);
    failing.consensus.close();
    for (Map.Entry<String, CompletableFuture<Outcome>> write : writes.entrySet()) {
      ConsensusException why = ended(write.getValue());
      if (why == null || !why.outcomeUnknown()) {
        assertEquals(why == null ? write.getKey() : null, get(nodes.get(0), write.getKey()));
      }
    }
    assertEquals("fault", get(nodes.get(1), "before"));
  }

  private Node leader() {
    AtomicReference<@Nullable Node> found = new AtomicReference<>();
    eventually(
        "one leads",
        () -> {
          nodes.stream()
              .filter(n -> n.consensus.status().role() == RaftStatus.Role.LEADER)
              .findFirst()
              .ifPresent(found::set);
          return found.get() != null;
        });
    return Objects.requireNonNull(found.get());
  }

  /** A node on this disk. */
  private static final class OnDisk extends NodeParts {
    private final Disk disk;

    OnDisk(Disk disk) {
      this.disk = disk;
    }

    @Override
    Stores stores(RaftSettings settings, Runnable synced, Consumer<Throwable> fatal)
        throws IOException {
      return Stores.open(
          disk,
          Path.of("disk"),
          ScriptedFollower.OPTIONS,
          new RealLogThreads(),
          synced,
          fatal,
          /* lock= */ () -> {});
    }
  }

  /** Why a request has failed, or null if it has not: but it has ended. */
  private static @Nullable ConsensusException ended(CompletableFuture<?> request) throws Exception {
    try {
      await(request);
      return null;
    } catch (ExecutionException e) {
      return (ConsensusException) e.getCause();
    }
  }

  private static List<Member> members(int count) {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(
          new Member(
              new NodeId("n" + i, 100 + i),
              new HostPort("127.0.0.1", Ports.free()),
              new HostPort("127.0.0.1", 1),
              true));
    }
    return members;
  }

  private void start(List<Member> members, boolean campaign) throws IOException {
    for (Member m : members) {
      nodes.add(start(m, new Membership(members), campaign && nodes.isEmpty()));
    }
  }

  private Node start(Member member, Membership initial, boolean campaign) throws IOException {
    return start(member, initial, campaign, 64 << 20);
  }

  private Node start(Member member, Membership initial, boolean campaign, long snapshotBytes)
      throws IOException {
    return start(member, initial, campaign, snapshotBytes, new NodeParts());
  }

  private Node start(
      Member member, Membership initial, boolean campaign, long snapshotBytes, NodeParts parts)
      throws IOException {
    KvState state = new KvState(ChangeListener.NONE);
    RaftSettings settings =
        new RaftSettings(
            member.node(),
            "test-cluster",
            member.raft(),
            initial,
            directory.resolve(member.id()),
            campaign,
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            snapshotBytes,
            Duration.ofHours(1),
            0,
            16 << 20,
            10_000,
            /* scrub= */ Duration.ZERO,
            () -> false,
            RaftMeter.NONE,
            RaftObserver.NONE);
    return new Node(member, state, RaftConsensus.open(settings, state, parts));
  }

  private static void put(Node node, String key, String value) throws Exception {
    Outcome outcome = patiently(() -> propose(node, key, value, PATIENCE));
    assertEquals(Outcome.Written.class, outcome.getClass());
  }

  private static CompletableFuture<Outcome> propose(
      Node node, String key, String value, Duration within) {
    Command.Pair pair =
        new Command.Pair(Key.of(key), value.getBytes(StandardCharsets.UTF_8), /* ttlMillis= */ 0);
    return node.consensus.propose(
        new Command.Put(List.of(pair), Guard.NONE), Deadline.after(within));
  }

  private static @Nullable String get(Node node, String key) throws Exception {
    patiently(() -> node.consensus.readBarrier(Deadline.after(PATIENCE)));
    Item item = node.state.view().get(Key.of(key));
    return item == null ? null : new String(item.value(), StandardCharsets.UTF_8);
  }

  /** A node may still be looking for its leader: that is an answer, and the client asks again. */
  private static <T> T patiently(Supplier<CompletableFuture<T>> request) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return await(request.get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof ConsensusException.NoLeader)
            || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
  }
}
