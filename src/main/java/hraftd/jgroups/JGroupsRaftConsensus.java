package hraftd.jgroups;

import hraftd.jgroups.PendingRequests.Request;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jgroups.Address;
import org.jgroups.protocols.raft.RaftLeaderException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Consensus} by jgroups-raft.
 *
 * <p>A command goes into an {@link Envelope} and to {@link org.jgroups.raft.RaftHandle#setAsync},
 * which hands it to the leader. Its outcome is known when this node applies the entry, which it
 * knows by the numbers in the envelope. So a linearizable read is an entry that changes nothing:
 * the library's own read requests are not used, as they can lose data.
 *
 * <p>Threads: the library's; one that hands requests over, as that may block in the library while a
 * member is slow; one that looks at deadlines.
 */
final class JGroupsRaftConsensus implements Consensus, StoreMachine.Listener {

  private static final Logger log = LoggerFactory.getLogger(JGroupsRaftConsensus.class);

  private static final Command READ = new Command.Tick();

  /** How often deadlines are looked at, and requests that found no leader tried again. */
  private static final long WATCH_MILLIS = 20;

  /**
   * How often a node without requests makes one, to know that its copy is complete: the library has
   * no heartbeat that tells.
   */
  private static final long PROBE_NANOS = Duration.ofMillis(400).toNanos();

  /** How long a probe is waited for; meanwhile there is no other. */
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);

  private final long origin = new SecureRandom().nextLong();
  private final PendingRequests pending = new PendingRequests();
  private final ProposerClock clock = new ProposerClock(System::nanoTime);
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final ScheduledExecutorService sender = oneThread("jgroups-requests");
  private final ScheduledExecutorService watcher = oneThread("jgroups-watch");
  private final KvState state;
  private final RaftGroup group;
  private final BooleanSupplier memoryFull;

  /** Requests that found no leader; the sender's own. */
  private final Deque<Request> unsent = new ArrayDeque<>();

  /** When the newest of those requests was made that were applied here; null: none was. */
  private volatile @Nullable Long completeAt;

  private volatile boolean stopped;
  private CompletableFuture<?> probe = CompletableFuture.completedFuture(null);

  /** Begins to join the group; returns at once. */
  @SuppressWarnings("FutureReturnValueIgnored") // Both go on until the threads end.
  JGroupsRaftConsensus(RaftSettings settings, KvState state) {
    this.state = state;
    memoryFull = settings.memoryFull();
    group = new RaftGroup(settings, new StoreMachine(state, clock, this), this::failed);
    sender.scheduleWithFixedDelay(
        guarded(this::sendUnsent), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    watcher.scheduleWithFixedDelay(
        guarded(this::watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static ScheduledExecutorService oneThread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** An executor would forget what was thrown, and never run the task again. */
  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    };
  }

  // ---- requests

  @Override
  public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
    if (state.mayGrowBy(command) && memoryFull.getAsBoolean()) {
      return CompletableFuture.failedFuture(ConsensusException.MemoryFull.here());
    }
    return request(command, /* onlyReads= */ false, deadline);
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline) {
    CompletableFuture<Void> barrier = new CompletableFuture<>();
    var unused =
        request(READ, /* onlyReads= */ true, deadline)
            .whenComplete(
                (outcome, failure) -> {
                  if (failure == null) {
                    barrier.complete(null);
                  } else {
                    barrier.completeExceptionally(failure);
                  }
                });
    return barrier;
  }

  private CompletableFuture<Outcome> request(
      Command command, boolean onlyReads, Deadline deadline) {
    if (stopped) {
      return CompletableFuture.failedFuture(new ConsensusException.Stopping());
    }
    try {
      Request request = pending.add(CommandCodec.encode(command), onlyReads, deadline);
      sender.execute(guarded(() -> send(request)));
      if (stopped) { // perhaps after all others were ended
        pending.stop();
      }
      return request;
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new ConsensusException.Stopping());
    } catch (ConsensusException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void sendUnsent() {
    for (int i = unsent.size(); i > 0; i--) {
      send(unsent.remove());
    }
  }

  /** Hands it over at most once: an entry that is proposed twice happens twice. */
  private void send(Request request) {
    Address leader = group.leader();
    boolean waits = !request.isDone() && (leader == null || !send(request, leader));
    if (waits) {
      unsent.add(request);
    } else {
      pending.dequeued(request);
    }
  }

  /** False if it was certainly not taken. */
  private boolean send(Request request, Address leader) {
    if (!request.sending(leader)) {
      return true;
    }
    long term = group.termLed();
    Envelope entry = new Envelope(origin, request.sequence, term, clock.now(), request.command);
    try {
      var unused =
          group
              .append(entry.encode())
              .whenComplete(
                  (ignored, failure) -> {
                    if (failure != null) {
                      pending.lose(
                          request, "the leader could not finish it: " + failure.getMessage());
                    }
                  });
    } catch (RaftLeaderException | IllegalStateException e) {
      // Thrown before anything is taken: the leader is gone, or does not lead any more.
      request.notSent();
      return false;
    } catch (Exception e) {
      pending.lose(request, "it could not be sent: " + e.getMessage());
    }
    return true;
  }

  private void watch() {
    group.watch();
    pending.watch(group.leader());
    Long complete = completeAt;
    boolean old = complete == null || System.nanoTime() - complete >= PROBE_NANOS;
    if (old && probe.isDone() && group.leader() != null && !stopped) {
      probe = readBarrier(Deadline.after(PROBE_PATIENCE));
    }
  }

  // ---- what the library applies

  @Override
  public void applied(Envelope entry, Outcome outcome) {
    if (entry.origin() != origin) {
      return;
    }
    Request request = pending.applied(entry.sequence(), outcome);
    if (request != null) {
      completeAt = request.since;
    }
  }

  @Override
  public void replaced() {
    log.info("state taken from {} snapshot", group.isJoined() ? "the leader's" : "this node's own");
    pending.loseSent("a snapshot replaced the log that held the entry");
  }

  @Override
  public void failed(Throwable cause) {
    stopped = true;
    if (terminated.completeExceptionally(cause)) {
      log.error("this node stops: {}", cause.toString(), cause);
    }
    pending.stop();
  }

  // ---- the rest of Consensus

  @Override
  public void checkMembersCanChange() {
    throw new ConsensusException.NotSupported(
        "the members of a cluster on -engine jgroups-raft are for ever those of its setup");
  }

  @Override
  public CompletableFuture<Membership> add(Member member, Deadline deadline) {
    return notSupported("members cannot be added or moved on -engine jgroups-raft");
  }

  @Override
  public CompletableFuture<Membership> replace(Member member, NodeId replaced, Deadline deadline) {
    return notSupported("members cannot be replaced on -engine jgroups-raft");
  }

  @Override
  public CompletableFuture<Membership> remove(String id, Deadline deadline) {
    return notSupported("members cannot be removed on -engine jgroups-raft");
  }

  @Override
  public void checkLeadershipCanMove() {
    throw leadershipIsNobodysChoice();
  }

  @Override
  public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
    return CompletableFuture.failedFuture(leadershipIsNobodysChoice());
  }

  private static ConsensusException leadershipIsNobodysChoice() {
    return new ConsensusException.NotSupported(
        "leadership cannot be handed over on -engine jgroups-raft");
  }

  private static <T> CompletableFuture<T> notSupported(String what) {
    return CompletableFuture.failedFuture(new ConsensusException.NotSupported(what));
  }

  @Override
  public boolean isWhole() {
    return group.isJoined();
  }

  @Override
  public RaftStatus status() {
    Long complete = completeAt;
    return group.status(complete == null ? null : Duration.ofNanos(System.nanoTime() - complete));
  }

  @Override
  public long clockMillis() {
    return clock.now();
  }

  @Override
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  @Override
  public void close() {
    stopped = true;
    watcher.shutdownNow();
    sender.shutdownNow();
    pending.stop();
    group.close();
    pending.stop();
    terminated.complete(null);
  }
}
