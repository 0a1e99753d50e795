package hraftd.raft.node;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftParts;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.core.Timing;
import hraftd.raft.log.LogOptions;
import hraftd.raft.net.PeerEvents;
import hraftd.raft.net.PeerTransport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Consensus} by {@link Raft}: owns the Raft thread's side of everything and turns its events
 * into futures.
 */
public final class RaftConsensus implements Consensus {

  private static final Logger log = LoggerFactory.getLogger(RaftConsensus.class);

  /** How old the published status may be while nothing of note happens. */
  private static final long STATUS_NANOS = 10_000_000L;

  /** How often somebody who waits for progress is told of it in the log. */
  private static final long ACTIVITY_NANOS = 1_000_000_000L;

  /** How long {@link #close} waits for the Raft thread's current batch. */
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  /** Makes the Raft node; the tests put faulty ones here. */
  interface RaftFactory {
    /** Makes it, on the Raft thread. */
    Raft create(
        RaftSettings settings,
        Timing timing,
        Stores stores,
        RaftHost host,
        long origin,
        Random random);
  }

  /** Opens the stores; the tests put faulty disks here. */
  interface StoresFactory {
    /**
     * Opens them.
     *
     * @param synced see {@link hraftd.raft.core.RaftLog#sync}
     * @param fatal is told the first failed write or fsync
     */
    Stores open(RaftSettings settings, Runnable synced, Consumer<Throwable> fatal)
        throws IOException;
  }

  private record Waiter(CompletableFuture<Void> done, Deadline deadline) {}

  private final RaftSettings settings;
  private final KvState state;
  private final InFlight inFlight = new InFlight();
  private final PendingWrites writes = new PendingWrites(inFlight);
  private final PendingReads reads = new PendingReads(inFlight);
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /** Changes of membership and of the leader that have not ended. */
  private final Set<CompletableFuture<?>> operations = ConcurrentHashMap.newKeySet();

  private final List<Waiter> transferWaiters = new ArrayList<>();
  private final Stores stores;
  private final RaftThread thread;
  private final PeerTransport transport;
  private final Snapshotter snapshotter;

  /** Set on the Raft thread before anything else happens there. */
  private @Nullable Raft raft;

  private volatile boolean stopped;
  private volatile RaftStatus status;
  private volatile long statusAt;
  private volatile long clockAtStatus;
  private boolean statusDue;
  private long activityAt;

  /**
   * Opens the stores, listens for peers and starts the Raft thread.
   *
   * @param state empty; it is filled from the newest snapshot here, and by the log later
   * @throws java.net.BindException if the port is taken
   * @throws IOException if the stores cannot be read, or are damaged (the message is for the
   *     operator)
   */
  public static RaftConsensus open(RaftSettings settings, KvState state) throws IOException {
    return open(settings, state, RaftConsensus::plainRaft, RaftConsensus::plainStores);
  }

  /** The same with another Raft and other stores. */
  static RaftConsensus open(
      RaftSettings settings, KvState state, RaftFactory factory, StoresFactory opener)
      throws IOException {
    RaftConsensus consensus = new RaftConsensus(settings, state, opener);
    consensus.listen(factory);
    return consensus;
  }

  /** The textbook's. */
  static Raft plainRaft(
      RaftSettings settings,
      Timing timing,
      Stores stores,
      RaftHost host,
      long origin,
      Random random) {
    return new Raft(
        settings.self(),
        settings.initial(),
        origin,
        timing,
        stores.raftLog(),
        stores.terms(),
        stores.snapshots(),
        host,
        random,
        RaftParts.SOUND);
  }

  /** The stores of these settings. */
  static Stores plainStores(RaftSettings settings, Runnable synced, Consumer<Throwable> fatal)
      throws IOException {
    return settings.directory() == null
        ? Stores.inMemory(synced)
        : Stores.open(settings.directory(), LogOptions.of(settings), synced, fatal);
  }

  private RaftConsensus(RaftSettings settings, KvState state, StoresFactory opener)
      throws IOException {
    this.settings = settings;
    this.state = state;
    this.status =
        new RaftStatus(
            settings.self(),
            RaftStatus.Role.FOLLOWER,
            0,
            null,
            settings.initial(),
            1,
            0,
            0,
            0,
            0,
            null,
            "starting",
            false,
            List.of());
    Consumer<Throwable> fatal = this::halt;
    thread = new RaftThread("raft-" + settings.self().id(), new Batches());
    transport = new PeerTransport(settings.self(), settings.clusterId(), settings.bind());
    stores = opener.open(settings, () -> onRaftThread(() -> {}), fatal);
    snapshotter = new Snapshotter(settings, stores.snapshots(), state, this::onRaftThread, fatal);
  }

  private void listen(RaftFactory factory) throws IOException {
    try {
      thread.execute(() -> start(factory));
      transport.start(new Events());
      thread.start();
    } catch (IOException | RuntimeException e) {
      stores.close();
      throw e;
    }
  }

  private void start(RaftFactory factory) {
    SecureRandom seed = new SecureRandom();
    Timing timing =
        new Timing(settings.electionTimeout().toNanos(), settings.heartbeat().toNanos());
    Raft created =
        factory.create(
            settings, timing, stores, new Host(), seed.nextLong() | 1, new Random(seed.nextLong()));
    raft = created;
    transport.members(created.membership());
    if (settings.campaign()) {
      created.campaign();
    }
  }

  private void onRaftThread(Runnable task) {
    if (!stopped) {
      thread.execute(task);
    }
  }

  // ---- Consensus

  @Override
  public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
    CompletableFuture<Outcome> write;
    try {
      admit();
      write = writes.create(CommandCodec.encode(command), command.grows(), deadline);
    } catch (ConsensusException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (writes.ring()) {
      thread.execute(() -> {});
    }
    if (stopped) { // The Raft thread may have ended, with this in the log or not.
      write.completeExceptionally(new ConsensusException.OutcomeUnknown("the node is stopping"));
    }
    return write;
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline) {
    CompletableFuture<Void> read;
    try {
      admit();
      read = reads.create(deadline);
    } catch (ConsensusException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (reads.ring()) {
      thread.execute(() -> {});
    }
    if (stopped) { // The Raft thread may have ended.
      read.completeExceptionally(new ConsensusException.Stopping());
    }
    return read;
  }

  @Override
  public CompletableFuture<Membership> add(Member member, Deadline deadline) {
    return change((leader, done) -> leader.add(member, deadline.nanoTime(), done));
  }

  @Override
  public CompletableFuture<Membership> remove(String id, Deadline deadline) {
    return change((leader, done) -> leader.remove(id, deadline.nanoTime(), done));
  }

  private interface Change {
    void begin(Leader leader, CompletableFuture<Membership> done);
  }

  private CompletableFuture<Membership> change(Change change) {
    try {
      admit();
    } catch (ConsensusException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Membership> done = new CompletableFuture<>();
    operate(
        done,
        () -> {
          if (raft().role() instanceof Leader leader) {
            change.begin(leader, done);
          } else {
            done.completeExceptionally(new ConsensusException.NoLeader("this node does not lead"));
          }
        });
    return done;
  }

  /** Runs this on the Raft thread; if that ends before {@code done} does, it ends that too. */
  private void operate(CompletableFuture<?> done, Runnable task) {
    operations.add(done);
    thread.execute(task);
    if (stopped) { // The Raft thread may have ended, with this under way or not.
      done.completeExceptionally(new ConsensusException.OutcomeUnknown("the node is stopping"));
    }
    var unused = done.whenComplete((result, why) -> operations.remove(done));
  }

  @Override
  public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    operate(
        done,
        () -> {
          if (raft().role() instanceof Leader leader) {
            leader.transfer(id, System.nanoTime());
          }
          transferWaiters.add(new Waiter(done, deadline));
        });
    return done;
  }

  @Override
  public RaftStatus status() {
    RaftStatus s = status;
    long age = Math.max(0, System.nanoTime() - statusAt);
    Duration behind = s.behind() == null ? null : s.behind().plusNanos(age);
    return new RaftStatus(
        s.self(),
        s.role(),
        s.term(),
        s.leader(),
        s.membership(),
        s.firstIndex(),
        s.lastIndex(),
        s.commitIndex(),
        s.appliedIndex(),
        s.snapshotIndex(),
        behind,
        s.activity(),
        s.diskFull(),
        s.peers());
  }

  @Override
  public long clockMillis() {
    return clockAtStatus + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - statusAt);
  }

  @Override
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  @Override
  public void close() {
    if (!stopped) {
      CountDownLatch ended = new CountDownLatch(1);
      thread.execute(
          () -> {
            stop(new ConsensusException.Stopping());
            ended.countDown();
          });
      try {
        if (!ended.await(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("the Raft thread does not answer; stopping without it");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    stopped = true;
    thread.close();
    transport.close();
    snapshotter.close();
    stores.close();
    terminated.complete(null);
  }

  private void admit() {
    if (stopped) {
      throw new ConsensusException.Stopping();
    }
    if (status.role() == RaftStatus.Role.REMOVED) {
      throw new ConsensusException.Removed();
    }
  }

  // ---- on the Raft thread

  private Raft raft() {
    return Objects.requireNonNull(raft, "the first task on the Raft thread makes it");
  }

  private void stop(ConsensusException why) {
    stopped = true;
    endAll(why);
  }

  private void endAll(ConsensusException why) {
    writes.endAll(why);
    reads.endAll(why);
    if (raft != null) {
      raft.proposals.endAll(why);
    }
    operations.forEach(
        o ->
            o.completeExceptionally(
                new ConsensusException.OutcomeUnknown(String.valueOf(why.getMessage()))));
  }

  /** The node may not go on: what it would do could break a promise. Any thread. */
  private void halt(Throwable cause) {
    stopped = true;
    if (terminated.completeExceptionally(cause)) {
      log.error("this node stops: {}", cause.toString(), cause);
    }
  }

  private final class Events implements PeerEvents {

    @Override
    public void received(List<Message> messages, int bytes) {
      thread.execute(
          bytes,
          () -> {
            for (Message message : messages) {
              if (!stopped) {
                raft().receive(message);
              }
            }
          });
    }

    @Override
    public void peerDown(NodeId peer) {
      onRaftThread(() -> raft().peerDown(peer));
    }

    @Override
    public void failed(Throwable cause) {
      halt(cause);
    }
  }

  private final class Batches implements RaftThread.Loop {

    @Override
    public long endOfBatch() {
      if (stopped) {
        endAll(new ConsensusException.Stopping());
        return Long.MAX_VALUE;
      }
      Raft raft = raft();
      handOver(raft, System.nanoTime());
      raft.endOfBatch();
      long now = System.nanoTime();
      if (handOver(raft, now)) {
        raft.endOfBatch();
      }
      reads.expire(now, raft.leader() != null);
      snapshotter.endOfBatch(raft, now);
      endTransfers(raft);
      if (statusDue || now - statusAt >= STATUS_NANOS) {
        publish(raft, now);
      }
      return reads.idleNanos(now);
    }

    @Override
    public void failed(Throwable cause) {
      halt(cause);
      stop(new ConsensusException.Stopping());
    }
  }

  private boolean handOver(Raft r, long now) {
    boolean wrote = writes.handOver(r, now);
    return reads.handOver(r, now) || wrote;
  }

  private void endTransfers(Raft r) {
    transferWaiters.removeIf(
        w -> {
          if (r.leader() != null && !r.leads()) {
            w.done.complete(null);
          } else if (w.deadline.expired()) {
            w.done.completeExceptionally(
                new ConsensusException.DeadlinePassed("no other node has taken over in time"));
          }
          return w.done.isDone();
        });
  }

  private void publish(Raft r, long now) {
    RaftStatus before = status;
    SnapshotStore.Meta snapshot = r.snapshots.latest();
    NodeId leader = r.leader();
    Long completeAt = r.completeAt();
    List<RaftStatus.Peer> peers = List.of();
    if (r.role() instanceof Leader l) {
      peers =
          l.peers().stream()
              .map(
                  p ->
                      new RaftStatus.Peer(
                          p.member(), p.match(), Duration.ofNanos(now - p.contact())))
              .toList();
    }
    status =
        new RaftStatus(
            r.self,
            r.role().name(),
            r.term(),
            leader == null ? null : r.membership().find(leader),
            r.membership(),
            r.log.firstIndex(),
            r.log.lastIndex(),
            r.commitIndex(),
            r.appliedIndex(),
            snapshot == null ? 0 : snapshot.index(),
            completeAt == null ? null : Duration.ofNanos(Math.max(0, now - completeAt)),
            r.role().activity(),
            r.log.nearlyFull(),
            peers);
    clockAtStatus = r.clock.at(now);
    statusAt = now;
    statusDue = false;
    report(before, now);
  }

  /** Logs what an operator wants to know: changes of role, and once a second what it waits for. */
  private void report(RaftStatus before, long now) {
    RaftStatus s = status;
    boolean leaderChanged = !Objects.equals(before.leader(), s.leader());
    if (before.role() != s.role() || (leaderChanged && s.leader() != null)) {
      log.info(
          "{} in term {}, leader {}",
          s.role(),
          s.term(),
          s.leader() == null ? "unknown" : s.leader().id());
    }
    if (s.role() == RaftStatus.Role.REMOVED && before.role() != RaftStatus.Role.REMOVED) {
      log.warn("this node was removed from the cluster; it serves no more");
      endAll(new ConsensusException.Removed());
    }
    if (s.activity().isEmpty()) {
      activityAt = now;
    } else if (now - activityAt >= ACTIVITY_NANOS) {
      activityAt = now;
      log.info("{}", s.activity());
    }
  }

  private final class Host implements RaftHost {

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void send(Message message) {
      transport.send(message);
    }

    @Override
    public Outcome apply(Entry entry) {
      return state.apply(entry.clock(), CommandCodec.decode(entry.data()));
    }

    @Override
    public void install(SnapshotStore.Meta snapshot) {
      try (InputStream in = new BufferedInputStream(stores.snapshots().open(snapshot), 1 << 16)) {
        state.restore(in);
      } catch (IOException e) {
        throw new UncheckedIOException("snapshot at index " + snapshot.index(), e);
      }
      log.info(
          "state taken from {} snapshot at index {}",
          raft == null ? "this node's own" : "the leader's",
          snapshot.index());
    }

    @Override
    public void membershipChanged(Membership membership) {
      statusDue = true;
      transport.members(membership);
      log.info(
          "members now: {}",
          membership.members().stream()
              .map(m -> m.id() + "=" + m.raft() + (m.voter() ? "" : " (learner)"))
              .toList());
    }

    @Override
    public void roleChanged() {
      statusDue = true;
    }
  }
}
