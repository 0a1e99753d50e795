package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.LeadershipTransfer;
import hraftd.raft.core.MembershipChange;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.SnapshotPace;
import hraftd.raft.node.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One node of a simulation: what it keeps, the process that runs on it if one does, and its
 * clients.
 */
final class SimNode {

  /** What clients of a node ask for about its members and its leader may take this long. */
  private static final long CHANGE_TIME = 4000 * MILLI;

  final NodeId id;
  private final SimCluster cluster;
  private final Membership initial;
  private final SimStorage storage;
  private final SnapshotPace snapshotPace;
  private final SimDiskPace pace;
  private final SimClock clock;
  private @Nullable SimProcess process;

  /** Writes whose fate it has not told yet. */
  private final Set<SimWrite> openWrites = new LinkedHashSet<>();

  /** Deadlines of all requests that have not ended, and what they are. */
  private final Map<PendingRequest<?>, Deadline> open = new LinkedHashMap<>();

  private record Deadline(long at, String what) {}

  private long received;

  /** Its disk was wiped: it never comes back. */
  private boolean gone;

  SimNode(SimCluster cluster, NodeId id, Membership initial) {
    this.cluster = cluster;
    this.id = id;
    this.initial = initial;
    clock = new SimClock(cluster);
    storage =
        cluster.newStorage(
            entry -> cluster.invariants.appends(id, entry, lastTerm(), cluster.mostMillis()));
    pace = new SimDiskPace(cluster);
    snapshotPace =
        new SnapshotPace(
            /* bytes= */ cluster.oneOf(1000, 6000, 20_000),
            Duration.ofMillis(cluster.oneOf(100, 700, 5000)),
            /* retry= */ Duration.ofMillis(500),
            /* maxWaitForSending= */ Duration.ofSeconds(3),
            /* keepEntries= */ cluster.oneOf(0, 10, 40),
            /* keepBytes= */ cluster.oneOf(0, 500, 10_000));
  }

  /** Its power fails after so many more changes of its stores, if it runs until then. */
  void losePowerAfter(int changes) {
    if (up()) {
      storage.losePowerAfter(changes);
    }
  }

  /** Its power fails when it has got its next snapshot, before its log begins anew behind that. */
  void losePowerBehindSnapshot() {
    if (up()) {
      storage.losePowerBehindSnapshot();
    }
  }

  private RaftLog log() {
    return storage.log();
  }

  private long lastTerm() {
    return log().term(log().lastIndex());
  }

  boolean running() {
    return process != null && !process.paused();
  }

  boolean up() {
    return process != null;
  }

  /** True if clients can be served, or put off, by this node. */
  boolean takesRequests() {
    return process != null && process.status().role() != RaftStatus.Role.REMOVED;
  }

  /** The process that runs on it, for telling one from the other; null if none does. */
  @Nullable Object life() {
    return process;
  }

  private SimProcess process() {
    if (process == null) {
      throw new IllegalStateException(id + " is down");
    }
    return process;
  }

  Raft raft() {
    return process().raft();
  }

  /** Starts a process, unless one runs: a fault may have started it meanwhile. */
  void start() {
    if (!gone && !up()) {
      fit();
      process = new SimProcess(cluster, id, initial, storage, snapshotPace, clock);
    }
  }

  /** What a start does with what a crash has left. */
  private void fit() {
    try {
      Stores.fit(Path.of("sim"), log(), storage.snapshots().latest());
    } catch (StoreDamagedException e) {
      throw new IllegalStateException(e);
    }
  }

  void crash() {
    if (process != null) {
      process.end();
      process = null;
      cluster.ended(id);
    }
    openWrites.forEach(cluster::tryAgain);
    openWrites.clear();
    open.clear();
    storage.crash();
  }

  /** Its disk loses some of its log. */
  void rot() {
    crash();
    storage.rot();
  }

  /** True if it lacks nothing that it had: others may ask for its vote. */
  boolean mayVote() {
    return log().loss() == null;
  }

  /** Its disk is wiped: who it was is no more. */
  void wipe() {
    crash();
    gone = true;
  }

  void nearlyFull(boolean now) {
    if (now) {
      cluster.liveness.excuse(2 * CHANGE_TIME);
    }
    storage.nearlyFull(now);
  }

  /** See {@link SimClock#jump}. */
  long jump() {
    return clock.jump();
  }

  void pause(boolean on) {
    if (process != null) {
      process.pause(on);
    }
  }

  /** Its disk does not answer for so long, and whoever reads or writes waits. */
  void stick(long nanos) {
    pace.stick(nanos);
    if (process != null) {
      process.stick(nanos);
    }
  }

  /** An fsync, or the writing of a snapshot, does not end for so long. */
  void hangSyncs(long nanos) {
    pace.stick(nanos);
  }

  /** For so long its disk takes far longer than those of the others. */
  void slowDisk(long nanos) {
    pace.slow(nanos);
  }

  /** Its disk is as fast as ever. */
  void mendDisk() {
    pace.mend();
    if (process != null) {
      process.stick(0);
    }
  }

  /** True while its Raft thread waits for the disk. */
  boolean stuck() {
    return process != null && process.stuck();
  }

  /** True if its disk is, or was a moment ago, so bad that another may be let lead for it. */
  boolean isDiskSlow() {
    return pace.wasSlow();
  }

  /** Runs when the disk has done something that takes its time. */
  void whenOnDisk(Runnable then) {
    pace.after(then);
  }

  /** The term that it keeps. */
  long term() {
    return storage.terms().term();
  }

  /** How many messages have reached it. */
  long received() {
    return received;
  }

  void receive(Message message) {
    received++;
    if (process != null) {
      process.received(message);
    }
  }

  void peerDown(NodeId peer) {
    if (process != null) {
      process.peerDown(peer);
    }
  }

  /** True if this entry would be here after a crash, in the log or in the snapshot. */
  boolean hasOnDisk(long index, long term) {
    SnapshotStore.Meta snapshot = storage.snapshots().latest();
    RaftLog log = log();
    return (snapshot != null && snapshot.index() >= index)
        || (log.syncedIndex() >= index && log.holds(index, term));
  }

  // ---- clients

  /** A client writes through this node. */
  void write(SimWrite write) {
    long now = clock.nanoTime();
    long deadline = now + cluster.oneOf(150, 600, 3000) * MILLI;
    PendingWrite request = new PendingWrite(write.command(), /* grows= */ true, now, deadline);
    openWrites.add(write);
    var unused =
        request
            .answer()
            .whenComplete(
                (outcome, why) -> cluster.checking(() -> told(write, (ConsensusException) why)));
    submit(request, deadline, write.name());
  }

  private void told(SimWrite write, @Nullable ConsensusException why) {
    openWrites.remove(write);
    if (why == null) {
      cluster.invariants.wrote(write.began(), write.name());
    } else if (why.outcomeUnknown()) {
      cluster.tryAgain(write);
    } else if (!write.again()) {
      cluster.invariants.rejected(write.name());
    }
  }

  /** A client reads through this node. */
  void read() {
    long began = cluster.invariants.began();
    long now = clock.nanoTime();
    long deadline = now + cluster.oneOf(100, 2000) * MILLI;
    PendingRead read = new PendingRead(now, deadline);
    Raft raft = raft();
    var unused =
        read.answer()
            .thenRun(
                () ->
                    cluster.checking(
                        () -> cluster.invariants.read(id, began, raft.appliedIndex())));
    submit(read, deadline, "a read");
  }

  private void submit(PendingRequest<?> request, long deadline, String what) {
    open.put(request, new Deadline(deadline, what));
    var unused = request.answer().whenComplete((answer, why) -> open.remove(request));
    try {
      process().submit(request);
    } catch (ConsensusException.Overloaded e) {
      request.end(e);
    }
  }

  /** Asks it, if it runs, to make this one a member; only a leader does. */
  void add(Member member) {
    change((now, deadline) -> MembershipChange.add(member, now, deadline), "to add " + member.id());
  }

  /** Asks it, if it runs, to remove this one; only a leader does. */
  void remove(String memberId) {
    change(
        (now, deadline) -> MembershipChange.remove(memberId, now, deadline),
        "to remove " + memberId);
  }

  /** Asks it, if it runs, to let another one lead. */
  void handOver() {
    change((now, deadline) -> new LeadershipTransfer("", now, deadline), "to hand over");
  }

  private void change(BiFunction<Long, Long, PendingRequest<?>> request, String what) {
    if (up()) {
      cluster.liveness.excuse(CHANGE_TIME);
      long now = clock.nanoTime();
      submit(request.apply(now, now + CHANGE_TIME), now + CHANGE_TIME, what);
    }
  }

  /** Demands that no request is still open: the deadlines have just been looked at. */
  void checkNoneIsLate() {
    open.values()
        .forEach(
            deadline ->
                SimLiveness.check(
                    deadline.at - clock.nanoTime() > 0,
                    "%s has not ended %s",
                    this,
                    deadline.what));
  }

  // ---- for messages about a failed run

  @Override
  public String toString() {
    return id.toString();
  }

  String describe() {
    RaftLog log = log();
    String kept =
        log.firstIndex()
            + ".."
            + log.lastIndex()
            + " of term "
            + lastTerm()
            + " synced "
            + log.syncedIndex();
    if (process == null) {
      return id + " down, log " + kept;
    }
    Raft raft = process.raft();
    return id
        + (process.paused() ? " paused " : " ")
        + raft.role().name()
        + " term "
        + raft.term()
        + " log "
        + kept
        + " commit "
        + raft.commitIndex()
        + " leader "
        + raft.leader()
        + " members "
        + raft.membership().members().stream().map(m -> m.node() + (m.voter() ? "" : "?")).toList();
  }
}
