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
import java.util.Map;
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
  private final SnapshotPace pace;
  private final SimClock clock;
  private @Nullable SimProcess process;

  /** Deadlines of the writes whose fate it has not told yet. */
  private final Map<SimWrite, Long> openWrites = new LinkedHashMap<>();

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
    pace =
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

  /** The members that it began with. */
  Membership initial() {
    return initial;
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
      process = new SimProcess(cluster, id, initial, storage, pace, clock);
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
    }
    openWrites.keySet().forEach(cluster::tryAgain);
    openWrites.clear();
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

  /** Its disk does not answer for so long. */
  void stick(long nanos) {
    if (process != null) {
      process.stick(nanos);
    }
  }

  void receive(Message message) {
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
    openWrites.put(write, deadline);
    var unused =
        request
            .answer()
            .whenComplete(
                (outcome, why) -> cluster.checking(() -> told(write, (ConsensusException) why)));
    submit(request);
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
    PendingRead read = new PendingRead(now, now + cluster.oneOf(100, 2000) * MILLI);
    Raft raft = raft();
    var unused =
        read.answer()
            .thenRun(
                () ->
                    cluster.checking(
                        () -> cluster.invariants.read(id, began, raft.appliedIndex())));
    submit(read);
  }

  private void submit(PendingRequest<?> request) {
    try {
      process().submit(request);
    } catch (ConsensusException.Overloaded e) {
      request.end(e);
    }
  }

  /** Asks it, if it runs, to make this one a member; only a leader does. */
  void add(Member member) {
    if (up()) {
      submit(MembershipChange.add(member, clock.nanoTime(), clock.nanoTime() + CHANGE_TIME));
    }
  }

  /** Asks it, if it runs, to remove this one; only a leader does. */
  void remove(String memberId) {
    if (up()) {
      submit(MembershipChange.remove(memberId, clock.nanoTime(), clock.nanoTime() + CHANGE_TIME));
    }
  }

  /** Asks it, if it runs, to let another one lead. */
  void handOver() {
    if (up()) {
      submit(new LeadershipTransfer("", clock.nanoTime(), clock.nanoTime() + CHANGE_TIME));
    }
  }

  /** Demands that no write is still open: the deadlines have just been looked at. */
  void checkNoneIsLate() {
    openWrites.forEach(
        (write, deadline) ->
            SimInvariants.check(
                deadline - clock.nanoTime() > 0,
                "%s has not ended the write %s",
                this,
                write.name()));
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
