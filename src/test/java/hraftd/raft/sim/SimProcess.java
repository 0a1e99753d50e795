package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.kv.ChangeListener;
import hraftd.kv.KvView;
import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.Timing;
import hraftd.raft.node.DetachedSurroundings;
import hraftd.raft.node.RaftLoop;
import hraftd.raft.node.SnapshotPace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One life of a simulated node, from its start to its end: the real {@link RaftLoop} and the real
 * state on a thread, storage, network and clock of the simulation's.
 */
final class SimProcess extends DetachedSurroundings {

  /** The election timeout: a third of the real one. */
  static final long ELECTION = 200 * MILLI;

  private static final Timing TIMING = new Timing(ELECTION, /* heartbeat= */ 25 * MILLI);

  /** How often the deadlines are looked at. */
  static final long EXPIRY = 20 * MILLI;

  /** Enough for the clients of a simulation, but for those of a process that stands still. */
  private static final int MAX_REQUESTS = 64;

  private static final long MAX_BYTES = 1 << 20;

  /** Behind a pause the threads that read run as late as any other. */
  private static final long MAX_READING = 15 * MILLI;

  final NodeId id;
  private final SimCluster cluster;
  private final SimStorage storage;
  private final SimClock clock;
  private final InFlight inFlight = new InFlight(MAX_REQUESTS, MAX_BYTES);
  private final KvState state = new KvState(ChangeListener.NONE);
  private final RaftObserver observer;
  private final SimThread thread;
  private final RaftLoop loop;
  private final Raft raft;
  private boolean begun;
  private boolean alive = true;
  private boolean paused;

  /** What came while it stood still, until its readers have got to it. */
  private final List<Message> inSockets = new ArrayList<>();

  /** One fsync at a time: the next one covers all that came meanwhile. */
  private boolean syncing;

  SimProcess(
      SimCluster cluster,
      NodeId id,
      Membership initial,
      SimStorage storage,
      SnapshotPace pace,
      SimClock clock) {
    this.cluster = cluster;
    this.id = id;
    this.storage = storage;
    this.clock = clock;
    observer = cluster.witness.begins(id);
    thread = new SimThread(cluster, this);
    RaftStatus starting =
        new RaftStatus(
            id,
            RaftStatus.Role.FOLLOWER,
            0,
            null,
            initial,
            0,
            1,
            0,
            0,
            0,
            0,
            /* logBytes= */ 0,
            /* snapshotBytes= */ 0,
            null,
            "starting",
            /* diskFull= */ false,
            /* memoryFull= */ false,
            WireFormat.OLDEST,
            /* withoutVote= */ "",
            List.of());
    loop = new RaftLoop(this, inFlight, state, storage.snapshots(), pace, starting);
    raft = loop.start(host -> raft(initial, host));
    begun = true;
    cluster.after(EXPIRY, this::expire);
    cluster.after(EXPIRY, this::tick);
  }

  private Raft raft(Membership initial, RaftHost host) {
    return new Raft(
        id,
        initial,
        /* origin= */ cluster.random.nextLong() | 1,
        TIMING,
        storage.log(),
        storage.terms(),
        storage.snapshots(),
        new WatchedHost(host, this, cluster.invariants),
        cluster.random);
  }

  /** It stands for election at once, as whoever is to lead a new cluster does. */
  void campaign() {
    thread.execute(raft::campaign);
  }

  /** It ends in order: whoever waits for an answer is told. */
  void close() {
    inFlight.endAll(new ConsensusException.Stopping());
    alive = false;
  }

  /** What readers see. */
  KvView view() {
    return state.view();
  }

  /** The time that it takes the store's to be. */
  long clockMillis() {
    return loop.clockMillis();
  }

  /** Its Raft, for faults and checks. */
  Raft raft() {
    return raft;
  }

  /** What it has applied; nothing yet while its Raft is being made. */
  long appliedIndex() {
    return begun ? raft.appliedIndex() : 0;
  }

  /** What it shows of itself. */
  RaftStatus status() {
    return loop.status();
  }

  boolean alive() {
    return alive;
  }

  /** It ends, whatever it is at. */
  void end() {
    alive = false;
  }

  boolean paused() {
    return paused;
  }

  /** All its threads stand still, or go on. */
  void pause(boolean on) {
    paused = on;
    if (!on) {
      cluster.after(cluster.random.nextLong(MAX_READING), this::readSockets);
    }
  }

  private void readSockets() {
    if (!paused) {
      List<Message> waiting = List.copyOf(inSockets);
      inSockets.clear();
      waiting.forEach(this::handle);
    }
  }

  /** Its Raft thread waits for a disk; the others go on. */
  void stick(long nanos) {
    thread.stick(nanos);
  }

  boolean stuck() {
    return thread.stuck();
  }

  /**
   * A client asks.
   *
   * @throws hraftd.raft.ConsensusException.Overloaded if there is no room
   */
  void submit(PendingRequest<?> request) {
    if (loop.submit(request)) {
      thread.wake();
    }
  }

  void received(Message message) {
    if (paused || !inSockets.isEmpty()) {
      inSockets.add(message);
    } else {
      handle(message);
    }
  }

  private void handle(Message message) {
    thread.execute(
        () -> {
          String refusal = loop.received(message);
          SimInvariants.check(
              Promise.TRUE_MESSAGES,
              id,
              refusal == null || raft.isStranger(message.from()),
              "%s refuses %s: %s",
              id,
              message,
              String.valueOf(refusal));
        });
  }

  void peerDown(NodeId peer) {
    thread.execute(() -> loop.peerDown(peer));
  }

  /** The store's clock as of the newest entry that was applied. */
  long stateClock() {
    return state.view().clockMillis();
  }

  /** The same for the same state. */
  long stateHash() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      state.freeze().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.hashCode(out.toByteArray());
  }

  // ---- its threads

  /**
   * Runs these tasks and ends the batch.
   *
   * @return when it wants to be called again, as the loop has it
   */
  long batch(Runnable tasks) {
    long[] idle = {EXPIRY};
    guarded(
        () -> {
          loop.beginOfBatch();
          tasks.run();
          idle[0] = loop.endOfBatch();
          cluster.invariants.batchEnds(id, raft, storage.snapshots().latest());
          SimInvariants.check(
              Promise.TIME_TO_LIVE,
              id,
              loop.clockMillis() <= cluster.mostMillis(),
              "%s shows a clock that runs too fast: %d ms",
              id,
              loop.clockMillis());
          syncIfDue();
        });
    return idle[0];
  }

  /** Runs something on any of its threads; power may fail over it. */
  private void guarded(Runnable work) {
    if (!alive) {
      return;
    }
    cluster.acts(id);
    try {
      work.run();
    } catch (UncheckedIOException e) {
      if (!storage.lost()) {
        throw e;
      }
    }
    if (storage.lost()) {
      cluster.crash(cluster.node(id));
    }
    cluster.invariants.outlasts(cluster.nodes.values());
  }

  private void syncIfDue() {
    if (!syncing && storage.syncDue()) {
      syncing = true;
      Runnable sync = storage.sync();
      cluster
          .node(id)
          .whenOnDisk(
              () ->
                  guarded(
                      () -> {
                        syncing = false;
                        sync.run();
                        thread.wake();
                      }));
    }
  }

  /** What the timer does, also while the Raft thread is stuck. */
  private void expire() {
    if (alive) {
      if (!paused) {
        loop.expire();
        cluster.node(id).requests.checkNoneIsLate();
      }
      cluster.after(EXPIRY, this::expire);
    }
  }

  /** What the housekeepers of the storage do. */
  private void tick() {
    if (alive) {
      if (!paused) {
        guarded(storage::tick);
      }
      cluster.after(MILLI * (5 + cluster.random.nextInt(5)), this::tick);
    }
  }

  // ---- Surroundings

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public RaftObserver observer() {
    return observer;
  }

  @Override
  public void send(Message message) {
    cluster.send(message);
  }

  @Override
  public void post(Runnable task) {
    thread.execute(task);
  }

  @Override
  public void runAside(Runnable task) {
    cluster.node(id).whenOnDisk(() -> guarded(task));
  }

  @Override
  public void failed(Throwable cause) {
    if (!storage.lost()) {
      throw new AssertionError(id + " has failed: " + cause, cause);
    }
  }
}
