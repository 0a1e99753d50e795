package hraftd.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One node of a simulation: the real {@link Raft} on simulated stores, network and clock. */
final class SimNode implements RaftHost {

  final NodeId id;
  private final SimCluster cluster;
  private final Membership initial;
  private final SimLog log;
  private final SimStores stores = new SimStores();
  private @Nullable Raft raft;
  private boolean paused;

  /** One fsync at a time: the next one covers all that came meanwhile. */
  private boolean syncing;

  private long hash;

  /** Counts starts: what was meant for an earlier one is void. */
  private int life;

  SimNode(SimCluster cluster, NodeId id, Membership initial) {
    this.cluster = cluster;
    this.id = id;
    this.initial = initial;
    log =
        new SimLog(
            cluster.maxEntries,
            e -> cluster.invariants.appends(id, e, cluster.node(id).lastTerm()));
  }

  private long lastTerm() {
    return log.term(log.lastIndex());
  }

  boolean running() {
    return raft != null && !paused;
  }

  boolean up() {
    return raft != null;
  }

  boolean paused() {
    return paused;
  }

  int life() {
    return life;
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

  void start() {
    life++;
    paused = false;
    syncing = false;
    hash = 0;
    raft =
        cluster.mutant.raft(
            id, initial, cluster.random.nextLong() | 1, log, stores, this, cluster.random);
    tick(life);
  }

  void crash() {
    raft = null;
    paused = false;
    life++;
    log.crash(randomUpTo(log.unsynced()));
    stores.crash();
  }

  private long randomUpTo(long bound) {
    return cluster.random.nextLong(bound + 1);
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
    event.run();
    if (raft != null) {
      raft.endOfBatch();
      afterBatch();
    }
  }

  private void runIfSame(int when, Runnable event) {
    if (life == when) {
      run(event);
    }
  }

  private void tick(int when) {
    if (life == when) {
      if (running()) {
        run(() -> {});
      }
      cluster.after(SimCluster.MILLI * (5 + cluster.random.nextInt(5)), () -> tick(when));
    }
  }

  private void afterBatch() {
    if (log.syncDue() && !syncing) {
      syncing = true;
      int now = life;
      long target = log.syncTarget();
      cluster.after(
          cluster.random.nextLong(cluster.maxSync), () -> runIfSame(now, () -> synced(target)));
    }
    SnapshotStore.Meta latest = stores.latest();
    long from = latest == null ? 0 : latest.index();
    Raft r = raft();
    if (r.appliedIndex() - from >= cluster.snapshotEntries) {
      SnapshotStore.Meta meta =
          stores.write(
              r.appliedIndex(),
              r.appliedTerm(),
              r.clock.at(nanoTime()),
              r.configurations.at(r.appliedIndex()),
              ByteBuffer.allocate(8).putLong(hash).array());
      r.snapshotTaken(meta, cluster.keepEntries);
    }
  }

  private void synced(long target) {
    syncing = false;
    log.synced(target);
  }

  /** A client writes through this node. */
  void write(String data) {
    long began = cluster.invariants.began();
    run(
        () ->
            raft()
                .proposals
                .submit(
                    data.getBytes(StandardCharsets.US_ASCII),
                    true,
                    nanoTime() + SimCluster.MILLI * 3000,
                    new Proposals.Proposer() {
                      @Override
                      public void applied(Entry entry, @Nullable Object result) {
                        cluster.invariants.wrote(began, entry.index());
                      }

                      @Override
                      public void failed(ConsensusException why) {
                        if (!why.outcomeUnknown()) {
                          cluster.invariants.rejected(data);
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
    cluster.send(message);
  }

  @Override
  public @Nullable Object apply(Entry entry) {
    cluster.invariants.applies(id, entry);
    hash = hash * 31 + java.util.Arrays.hashCode(entry.data()) + entry.clock();
    cluster.invariants.state(id, entry.index(), hash);
    return null;
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    hash = ByteBuffer.wrap(stores.content()).getLong();
  }

  @Override
  public void membershipChanged(Membership membership) {}

  @Override
  public void roleChanged() {
    if (raft != null && raft.leads()) {
      cluster.invariants.leads(id, raft.term(), log);
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
            + lastTerm()
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
