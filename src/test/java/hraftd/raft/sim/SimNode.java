package hraftd.raft.sim;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.SnapshotPace;
import hraftd.raft.node.Stores;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One node of a simulation: what it keeps, the process that runs on it if one does, and its
 * clients.
 */
final class SimNode {

  final NodeId id;
  private final SimCluster cluster;
  private Membership initial;
  private final SimStorage storage;
  private final SnapshotPace snapshotPace;
  private final SimDiskPace pace;
  private final SimClock clock;

  /** What its clients ask for. */
  final SimRequests requests;

  private @Nullable SimProcess process;

  private long received;

  /** Its disk was wiped: it never comes back. */
  private boolean gone;

  SimNode(SimCluster cluster, NodeId id, Membership initial) {
    this.cluster = cluster;
    this.id = id;
    this.initial = initial;
    clock = new SimClock(cluster);
    requests = new SimRequests(cluster, this, clock);
    storage =
        cluster.newStorage(
            entry -> cluster.invariants.appends(id, entry, lastTerm(), cluster.mostMillis()));
    pace = new SimDiskPace(cluster);
    snapshotPace =
        new SnapshotPace(
            cluster.oneOf(cluster.settings.pace().snapshotBytes()),
            Duration.ofMillis(cluster.oneOf(cluster.settings.pace().snapshotMillis())),
            /* retry= */ Duration.ofMillis(500),
            /* maxWaitForSending= */ Duration.ofSeconds(3),
            cluster.oneOf(cluster.settings.pace().keptEntries()),
            cluster.oneOf(cluster.settings.pace().keptBytes()));
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

  /** The last index of its log, on its disk or not. */
  long lastIndex() {
    return log().lastIndex();
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

  SimProcess process() {
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

  /** Starts a process that begins with these members if its log has none. */
  void begin(Membership members, boolean campaign) {
    initial = members;
    start();
    if (campaign) {
      process().campaign();
    }
  }

  /** The clock of its machine. */
  SimClock clock() {
    return clock;
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
    crash(SimStorage.Remains.CHANCE);
  }

  /** Its process ends, if one runs, and this is left of what it has written. */
  void crash(SimStorage.Remains what) {
    boolean ran = up();
    boolean power = storage.lost() || what == SimStorage.Remains.SYNCED;
    long last = lastIndex();
    if (process != null) {
      process.end();
      process = null;
      cluster.ended(id);
    }
    requests.processEnded();
    storage.crash(what);
    if (ran) {
      tellCrash(power, last);
    }
  }

  private void tellCrash(boolean power, long last) {
    String lost =
        last > lastIndex()
            ? "; entries " + (lastIndex() + 1) + " to " + last + " were not on its disk"
            : "";
    cluster.witness.happened(
        new SimMoment(
            id,
            power ? "power_off" : "crash",
            (power ? id.id() + " loses its power" : "the process of " + id.id() + " ends") + lost));
    cluster.witness.stands(this, "down");
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
      cluster.liveness.excuse(2 * SimRequests.CHANGE_TIME);
    }
    storage.nearlyFull(now);
  }

  /** See {@link SimClock#jump}. */
  long jump() {
    return clock.jump();
  }

  void pause(boolean on) {
    if (process != null && process.paused() != on) {
      tellPause(on);
    }
    if (process != null) {
      process.pause(on);
    }
  }

  private void tellPause(boolean on) {
    cluster.witness.happened(
        on
            ? new SimMoment(id, "frozen", id.id() + " stands still")
            : new SimMoment(id, "thawed", id.id() + " goes on"));
    cluster.witness.stands(this, on ? "frozen" : "");
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
