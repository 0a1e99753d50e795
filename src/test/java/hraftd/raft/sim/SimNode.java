package hraftd.raft.sim;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import hraftd.raft.core.Proposals;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.Read;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.core.Timing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One node of a simulation: the real {@link Raft} and the real state on a storage, network and
 * clock of the simulation's.
 */
final class SimNode implements RaftHost {

  /** The whole states are compared behind every so many entries. */
  private static final long STATE_CHECK = 200;

  private static final long MAX_WAIT_FOR_SENDING = 3000 * SimCluster.MILLI;

  private static final Timing TIMING =
      new Timing(/* election= */ 200 * SimCluster.MILLI, /* heartbeat= */ 25 * SimCluster.MILLI);

  final NodeId id;
  private final SimCluster cluster;
  private final Membership initial;
  private final SimStorage storage;
  private @Nullable Raft raft;
  private boolean paused;

  /** One fsync at a time: the next one covers all that came meanwhile. */
  private boolean syncing;

  private KvState state = new KvState(ChangeListener.NONE);

  /** Entries after which it takes a snapshot, and those it keeps behind it: each node its own. */
  private final long snapshotEntries;

  private final long keepEntries;
  private boolean snapshotting;
  private long snapshotDueSince;

  /** Deadlines of the writes whose fate it has not told yet. */
  private final Map<SimWrite, Long> openWrites = new LinkedHashMap<>();

  /** Its disk was wiped: it never comes back. */
  private boolean gone;

  /** Counts starts: what was meant for an earlier one is void. */
  private int life;

  SimNode(SimCluster cluster, NodeId id, Membership initial) {
    this.cluster = cluster;
    this.id = id;
    this.initial = initial;
    storage = cluster.newStorage(entry -> cluster.invariants.appends(id, entry, lastTerm(log())));
    snapshotEntries = cluster.oneOf(10, 60, 150);
    keepEntries = cluster.oneOf(0, 10, 40);
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

  private static long lastTerm(RaftLog log) {
    return log.term(log.lastIndex());
  }

  boolean running() {
    return raft != null && !paused;
  }

  boolean up() {
    return raft != null;
  }

  /** True if clients can be served, or put off, by this node. */
  boolean takesRequests() {
    return up() && role() != RaftStatus.Role.REMOVED;
  }

  Raft raft() {
    if (raft == null) {
      throw new IllegalStateException(id + " is down");
    }
    return raft;
  }

  RaftStatus.Role role() {
    return raft().role().name();
  }

  /** Starts the process, unless it runs: a fault may have started it meanwhile. */
  void start() {
    if (gone || up()) {
      return;
    }
    life++;
    paused = false;
    syncing = false;
    snapshotting = false;
    state = new KvState(ChangeListener.NONE);
    cluster.mutant.fit(log(), storage.snapshots().latest());
    raft =
        new Raft(
            id,
            initial,
            cluster.random.nextLong() | 1,
            TIMING,
            log(),
            cluster.mutant.terms(storage.terms()),
            storage.snapshots(),
            this,
            cluster.random,
            cluster.mutant);
    tick(life);
  }

  void crash() {
    raft = null;
    paused = false;
    life++;
    openWrites.keySet().forEach(cluster::tryAgain);
    openWrites.clear();
    storage.crash();
  }

  /** Its disk is wiped: who it was is no more. */
  void wipe() {
    crash();
    gone = true;
  }

  void nearlyFull(boolean now) {
    storage.nearlyFull(now);
  }

  /** Demands that no write is still open long after its deadline. */
  void checkNoneIsForgotten() {
    openWrites.forEach(
        (write, deadline) ->
            SimInvariants.check(
                nanoTime() - deadline < 100 * SimCluster.MILLI,
                "%s has forgotten the proposal %s",
                this,
                write.name()));
  }

  void pause(boolean on) {
    paused = on;
  }

  /** Runs something on the node's thread: at once, or when it goes on after a pause. */
  void run(Runnable event) {
    int now = life;
    if (raft == null) {
      return;
    }
    if (paused) {
      cluster.after(SimCluster.MILLI * 5, () -> runIfSame(now, event));
      return;
    }
    try {
      event.run();
      if (raft != null) {
        raft.endOfBatch();
        afterBatch();
        SimInvariants.continues(id, log(), storage.snapshots().latest());
        long committed = raft.commitIndex();
        cluster.invariants.commits(
            committed, log().term(committed), raft.configurations.at(committed));
      }
    } catch (UncheckedIOException e) {
      if (!storage.lost()) {
        throw e;
      }
    }
    if (storage.lost()) {
      cluster.crash(this);
    }
    cluster.invariants.outlasts(cluster.nodes.values());
  }

  /** True if this entry would be here after a crash, in the log or in the snapshot. */
  boolean hasOnDisk(long index, long term) {
    SnapshotStore.Meta snapshot = storage.snapshots().latest();
    RaftLog log = log();
    return (snapshot != null && snapshot.index() >= index)
        || (log.syncedIndex() >= index && log.holds(index, term));
  }

  private void runIfSame(int when, Runnable event) {
    if (life == when) {
      run(event);
    }
  }

  private void tick(int when) {
    if (life == when) {
      if (running()) {
        run(storage::tick);
      }
      cluster.after(SimCluster.MILLI * (5 + cluster.random.nextInt(5)), () -> tick(when));
    }
  }

  private void afterBatch() {
    if (storage.syncDue() && !syncing) {
      syncing = true;
      int now = life;
      Runnable sync = storage.sync();
      cluster.after(
          cluster.random.nextLong(cluster.maxSync), () -> runIfSame(now, () -> synced(sync)));
    }
    SnapshotStore.Meta latest = storage.snapshots().latest();
    long from = latest == null ? 0 : latest.index();
    Raft r = raft();
    boolean due = r.appliedIndex() - from >= snapshotEntries && r.knowsMembers() && !snapshotting;
    if (!due) {
      snapshotDueSince = nanoTime();
    } else if (!sendsSnapshot(r) || nanoTime() - snapshotDueSince >= MAX_WAIT_FOR_SENDING) {
      snapshotting = true;
      takeSnapshot(r);
    }
  }

  /**
   * Then a newer one would have to be sent from its beginning, as {@link
   * hraftd.raft.node.Snapshotter} knows too.
   */
  private static boolean sendsSnapshot(Raft r) {
    return r.role() instanceof Leader leader && leader.sendsSnapshot();
  }

  /** The state is frozen now; when it is on the disk, another thread tells. */
  private void takeSnapshot(Raft r) {
    int now = life;
    long index = r.appliedIndex();
    long term = r.appliedTerm();
    long frozenClock = state.view().clockMillis();
    Membership membership = r.configurations.at(index);
    byte[] content = content();
    cluster.after(
        cluster.random.nextLong(cluster.maxSync),
        () -> {
          if (life != now) {
            return;
          }
          SnapshotStore.Meta meta = storage.write(index, term, frozenClock, membership, content);
          if (storage.lost()) {
            cluster.crash(this);
          } else {
            cluster.after(1, () -> runIfSame(now, () -> snapshotTaken(meta)));
          }
        });
  }

  private void snapshotTaken(SnapshotStore.@Nullable Meta meta) {
    snapshotting = false;
    if (meta != null) {
      raft().snapshotTaken(meta, keepEntries);
    }
  }

  private void synced(Runnable sync) {
    syncing = false;
    sync.run();
  }

  /** A client writes through this node. */
  void write(SimWrite write) {
    long deadline = nanoTime() + SimCluster.MILLI * 3000;
    openWrites.put(write, deadline);
    run(
        () ->
            raft()
                .proposals
                .submit(
                    write.command(),
                    true,
                    deadline,
                    new Proposals.Proposer() {
                      @Override
                      public void applied(Entry entry, @Nullable Outcome result) {
                        openWrites.remove(write);
                        cluster.invariants.wrote(write.began(), write.name());
                      }

                      @Override
                      public void failed(ConsensusException why) {
                        openWrites.remove(write);
                        if (why.outcomeUnknown()) {
                          cluster.tryAgain(write);
                        } else if (!write.again()) {
                          cluster.invariants.rejected(write.name());
                        }
                      }
                    }));
  }

  /** A client reads through this node. */
  void read() {
    long began = cluster.invariants.began();
    int now = life;
    run(
        () ->
            raft()
                .read(
                    new Read() {
                      @Override
                      public boolean abandoned() {
                        return life != now;
                      }

                      @Override
                      public void ready() {
                        if (life == now) {
                          cluster.invariants.read(id, began, raft().appliedIndex());
                        }
                      }
                    }));
  }

  void change(java.util.function.Consumer<Leader> what) {
    run(
        () -> {
          if (raft().role() instanceof Leader leader) {
            what.accept(leader);
          }
        });
  }

  void add(Member member) {
    change(l -> l.add(member, nanoTime() + SimCluster.MILLI * 4000, new CompletableFuture<>()));
  }

  void remove(String memberId) {
    change(
        l -> l.remove(memberId, nanoTime() + SimCluster.MILLI * 4000, new CompletableFuture<>()));
  }

  // ---- RaftHost

  @Override
  public long nanoTime() {
    return cluster.now();
  }

  @Override
  public void send(Message message) {
    if (message instanceof Message.Vote m) {
      cluster.invariants.votes(id, m.term(), id);
    } else if (message instanceof Message.VoteReply m && m.granted()) {
      cluster.invariants.votes(id, m.term(), m.to());
    }
    cluster.send(message);
  }

  @Override
  public Outcome apply(Entry entry) {
    Command command = CommandCodec.decode(entry.data());
    String name = SimWrite.name(command);
    cluster.invariants.applies(id, raft().term(), entry, name);
    long clock = state.view().clockMillis();
    SimInvariants.check(
        entry.clock() >= clock, "the clock goes back from %d at %d", clock, entry.index());
    Outcome outcome = state.apply(entry.clock(), cluster.mutant.effective(command));
    cluster.invariants.results(id, name, outcome);
    if (entry.index() % STATE_CHECK == 0) {
      cluster.invariants.state(id, entry.index(), Arrays.hashCode(content()));
    }
    return outcome;
  }

  private byte[] content() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      state.freeze().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    try {
      state.restore(new ByteArrayInputStream(storage.content()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void membershipChanged(Membership membership) {}

  @Override
  public void roleChanged() {
    if (raft != null && raft.leads()) {
      cluster.invariants.leads(id, raft.term(), log());
    }
  }

  long lastApplied() {
    return raft().appliedIndex();
  }

  @Override
  public String toString() {
    return id.toString();
  }

  /** For messages about a failed run. */
  String describe() {
    RaftLog log = log();
    return raft == null
        ? id + " down, log " + log.firstIndex() + ".." + log.lastIndex()
        : id
            + (paused ? " paused " : " ")
            + role()
            + " term "
            + raft.term()
            + " log "
            + log.firstIndex()
            + ".."
            + log.lastIndex()
            + " of term "
            + lastTerm(log)
            + " synced "
            + log.syncedIndex()
            + " commit "
            + raft.commitIndex()
            + " leader "
            + raft.leader()
            + " members "
            + raft.membership().members().stream()
                .map(m -> m.node() + (m.voter() ? "" : "?"))
                .toList();
  }
}
