package hraftd.raft.node;

import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import hraftd.raft.snapshot.WritableSnapshots;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that one node does for consensus, batch by batch, without a thread of its own: requests come
 * in and go to {@link Raft} in groups, messages come in, and behind each batch follows what it gave
 * rise to. The simulation runs it under its own clock.
 *
 * <p>Its thread, the Raft thread, calls {@link #start} first, then again and again {@link
 * #beginOfBatch}, {@link #received}, {@link #peerDown} and what was posted, and {@link #endOfBatch}
 * behind them. Any thread may {@link #submit} and look at the status. Somebody calls {@link
 * #expire} all the time, not on the Raft thread: that may be waiting for a disk.
 */
public final class RaftLoop {

  /** How often it is called while something is under way: Raft's short times are multiples. */
  private static final long TICK_NANOS = 5_000_000L;

  /**
   * How often it is called when nothing is: so late it may see what nobody tells it, as a disk that
   * is full. Longer than between two heartbeats, which call a follower anyway; far below an
   * election timeout, as a process that stood still while it rested may take so much of that for
   * silence.
   */
  private static final long REST_NANOS = 80_000_000L;

  private final Surroundings around;
  private final InFlight inFlight;
  private final StatusBoard board;
  private final StatusLog statusLog;
  private final ListeningClock listening;
  private final Observation observation;
  private final Tracer tracer = new Tracer();
  private final StateHost host;
  private final Snapshotter snapshotter;
  private final WriteGroups writes;
  private final ReadGroups reads;

  /** Changes of the members and of the leader: rare, so that none waits for another. */
  private final Arrivals<PendingRequest<?>> others = new Arrivals<>();

  /** Null before {@link #start}. */
  private @Nullable Raft raft;

  /** Set once, by the Raft thread: what the stores hold is read, and applied as far as known. */
  private volatile boolean resumed;

  /** Set once, by the Raft thread. */
  private volatile boolean whole;

  /** The newest term of which the leader was known. */
  private long ledTerm;

  /** As {@link #around} knows it: everybody. */
  private Set<NodeId> trusted = Set.of();

  /**
   * A loop that has not begun.
   *
   * @param inFlight where its requests take room
   * @param state empty; it is filled from the newest snapshot at the start, and by the log
   * @param first what is shown as the status until the loop has begun
   */
  public RaftLoop(
      Surroundings around,
      InFlight inFlight,
      KvState state,
      WritableSnapshots snapshots,
      SnapshotPace pace,
      RaftStatus first) {
    long now = around.nanoTime();
    this.around = around;
    this.inFlight = inFlight;
    board = new StatusBoard(first, now);
    statusLog = new StatusLog(now);
    listening = new ListeningClock(now);
    observation = new Observation(around.observer());
    host = new StateHost(around, state, snapshots, board, listening, observation, tracer);
    snapshotter = new Snapshotter(pace, snapshots, state, around, observation);
    writes = new WriteGroups(now);
    reads = new ReadGroups(now);
  }

  // ---- any thread

  /**
   * Takes a request in; its answer tells how it ends.
   *
   * @return true if the Raft thread has to be woken for it
   * @throws ConsensusException.Overloaded if there is no room: it was not taken, and is ended so
   */
  public boolean submit(PendingRequest<?> request) {
    try {
      inFlight.take(request);
    } catch (ConsensusException.Overloaded e) {
      request.end(e);
      throw e;
    }
    if (request instanceof PendingWrite write) {
      return writes.arrive(write);
    }
    if (request instanceof PendingRead read) {
      return reads.arrive(read);
    }
    return others.add(request);
  }

  /**
   * Ends the requests whose time is over, or for which no leader turns up: not before this node can
   * hear of one.
   */
  public void expire() {
    inFlight.expire(around.nanoTime(), !resumed || board.leaderKnown());
  }

  /** Who follows requests that are to be explained; to be told before they are submitted. */
  Tracer tracer() {
    return tracer;
  }

  /** What this node knows now. */
  public RaftStatus status() {
    return board.status(around.nanoTime());
  }

  /** See {@link hraftd.raft.Consensus#isWhole}. */
  public boolean isWhole() {
    return whole;
  }

  /** True once it is known that this node was removed: it takes no requests any more. */
  boolean isRemoved() {
    return board.role() == RaftStatus.Role.REMOVED;
  }

  /** See {@link hraftd.raft.Consensus#clockMillis}. */
  public long clockMillis() {
    return board.clockMillis(around.nanoTime());
  }

  /** What can be put in order of these stores. */
  Mending mending(Raft begun, Stores stores) {
    return new Mending(begun, stores, snapshotter);
  }

  // ---- the Raft thread

  /** Begins: takes up where the stores left off. */
  public Raft start(RaftFactory factory) {
    Raft created = factory.create(host);
    raft = created;
    host.begun();
    observation.begun(created);
    tracer.begun(created);
    around.members(created.membership());
    trust(created);
    return created;
  }

  /** What has come until now is about to be handled. */
  public void beginOfBatch() {
    listening.beginOfBatch(around.nanoTime());
    tracer.look();
  }

  /**
   * A message for this node has come.
   *
   * @return null, or why it cannot be true: see {@link Raft#receive}
   */
  public @Nullable String received(Message message) {
    if (raft == null) {
      return null;
    }
    observation.received(message);
    tracer.received(message);
    return raft.receive(message);
  }

  /** The connection to a peer broke: perhaps it died. */
  public void peerDown(NodeId peer) {
    if (raft != null) {
      observation.disconnected(peer);
      raft.peerDown(peer);
    }
  }

  /**
   * Does what is due behind a batch of messages, requests and tasks, or after some milliseconds
   * without any.
   *
   * @return in how many nanoseconds it wants to be called again at the latest
   */
  public long endOfBatch() {
    if (raft == null) {
      return Long.MAX_VALUE;
    }
    Raft r = raft;
    if (!resumed) {
      r.resume();
      resumed = true;
    }
    handOver(r, around.nanoTime());
    r.endOfBatch();
    noteWhole(r);
    long now = around.nanoTime();
    if (handOver(r, now)) {
      r.endOfBatch();
    }
    trust(r);
    inFlight.sweep(() -> sweep(r));
    snapshotter.endOfBatch(r, now);
    if (board.isDue(now)) {
      show(r, now);
    }
    observation.endOfBatch(r, now);
    tracer.endOfBatch();
    long idle = idleNanos(r, now);
    listening.rests(idle);
    return idle;
  }

  private long idleNanos(Raft r, long now) {
    boolean atWork =
        !writes.isIdle(r, now)
            || !reads.isIdle()
            || others.waiting() > 0
            || r.openWrites() > 0
            || r.log.syncedIndex() < r.log.lastIndex();
    long due = atWork ? 0 : r.role().idleNanos(now);
    if (due <= 0) {
      return Math.min(TICK_NANOS, reads.idleNanos(now));
    }
    return Math.min(board.lags(r) ? board.dueIn(now) : REST_NANOS, Math.min(due, REST_NANOS));
  }

  private void trust(Raft r) {
    Set<NodeId> newest = r.trusted();
    if (newest != trusted) {
      trusted = newest;
      around.trust(newest);
    }
  }

  /** What is known to be committed is applied before all else, so the first entry tells. */
  private void noteWhole(Raft r) {
    if (!whole && r.appliedIndex() > 0) {
      whole = true;
    }
  }

  private boolean handOver(Raft r, long now) {
    boolean other = others.drain(r::take) > 0;
    boolean wrote = writes.handOver(r, now);
    boolean read = reads.handOver(r, now);
    return other || wrote || read;
  }

  private void sweep(Raft r) {
    writes.sweep();
    reads.sweep();
    others.sweep();
    r.sweep();
  }

  private void show(Raft r, long now) {
    RaftStatus before = board.show(r, now);
    RaftStatus status = board.status(now);
    statusLog.changed(before, status, now);
    if (status.leader() != null && status.term() > ledTerm) {
      ledTerm = status.term();
      around.meter().leaderChanged();
    }
    if (isRemoved() && before.role() != RaftStatus.Role.REMOVED) {
      inFlight.endAll(new ConsensusException.Removed());
    }
  }
}
