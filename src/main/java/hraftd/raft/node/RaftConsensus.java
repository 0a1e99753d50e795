package hraftd.raft.node;

import hraftd.fatal.FatalErrors;
import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.ClaimedTwiceException;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.raft.RequestTrace;
import hraftd.raft.ScrubReport;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.LeadershipTransfer;
import hraftd.raft.core.LostEntriesException;
import hraftd.raft.core.MembershipChange;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.net.PeerTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Consensus} by {@link Raft}: a {@link RaftLoop} with what it has not itself. It runs on the
 * Raft thread; a timer ends what is late, a third thread writes snapshots, and the transport has
 * its own.
 */
public final class RaftConsensus implements Consensus {

  private static final Logger log = LoggerFactory.getLogger(RaftConsensus.class);

  /** How long {@link #close} waits for a snapshot that is being written. */
  private static final Duration SNAPSHOT_WAIT = Duration.ofSeconds(30);

  /** What may be in flight: far more than is of use, and little memory. */
  private static final int MAX_REQUESTS = 8192;

  /** At least one request of the largest size, at most little of the heap. */
  private static final long MAX_BYTES =
      Math.max(16L << 20, Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  private final RaftThread thread;
  private final PeerTransport transport;
  private final BooleanSupplier memoryFull;
  private final RaftMeter meter;
  private final KvState state;
  private final InFlight inFlight = new InFlight(MAX_REQUESTS, MAX_BYTES);
  private final Stores stores;
  private final @Nullable Path directory;
  private final RaftLoop loop;
  private final DeadlineWatch deadlines = new DeadlineWatch(inFlight::isEmpty, this::expire);
  private final ExecutorService snapshots = Executors.newSingleThreadExecutor(daemon("snapshot"));
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private volatile @Nullable Scrubber scrubber;
  private volatile boolean stopped;

  /**
   * Opens the stores, listens for peers and starts the Raft thread.
   *
   * @param state empty; it is filled from the newest snapshot here, and by the log later
   * @throws java.net.BindException if the port is taken
   * @throws IOException if the stores cannot be read, or are damaged (the message is for the
   *     operator)
   */
  public static RaftConsensus open(RaftSettings settings, KvState state) throws IOException {
    return open(settings, state, new NodeParts());
  }

  /** The same of these parts. */
  static RaftConsensus open(RaftSettings settings, KvState state, NodeParts parts)
      throws IOException {
    RaftConsensus consensus = new RaftConsensus(settings, state, parts);
    consensus.start(settings, parts);
    return consensus;
  }

  private RaftConsensus(RaftSettings settings, KvState state, NodeParts parts) throws IOException {
    thread = new RaftThread("raft-" + settings.self().id(), new Batches());
    transport = parts.transport(settings);
    memoryFull = settings.memoryFull();
    this.state = state;
    directory = settings.directory();
    meter = settings.meter();
    stores = parts.stores(settings, thread::wake, this::halt);
    stores.whenFsynced(meter::fsynced);
    loop =
        new RaftLoop(
            new NodeSurroundings(settings, transport, this::post, snapshots, this::halt),
            inFlight,
            state,
            stores.snapshots(),
            SnapshotPace.of(settings),
            StatusBoard.starting(settings.self(), settings.initial()));
  }

  private void start(RaftSettings settings, NodeParts parts) throws IOException {
    try {
      thread.execute(
          () -> {
            Raft raft = loop.start(host -> parts.raft(settings, stores, host));
            if (settings.campaign()) {
              raft.campaign();
            }
            scrubber = Scrubber.of(settings, loop.mending(raft, stores), stores, this::post);
          });
      transport.start(new FromPeers(thread, loop, () -> stopped, this::post, this::halt, meter));
      thread.start();
    } catch (IOException | RuntimeException e) {
      stores.close();
      throw e;
    }
    deadlines.start();
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  // ---- Consensus

  @Override
  public boolean traces() {
    return true;
  }

  @Override
  public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
    return proposed(command, deadline, /* trace= */ null);
  }

  @Override
  public CompletableFuture<Outcome> propose(
      Command command, Deadline deadline, RequestTrace trace) {
    return proposed(command, deadline, trace);
  }

  private CompletableFuture<Outcome> proposed(
      Command command, Deadline deadline, @Nullable RequestTrace trace) {
    boolean grows = state.mayGrowBy(command);
    CompletableFuture<Outcome> answer =
        grows && memoryFull.getAsBoolean()
            ? CompletableFuture.failedFuture(ConsensusException.MemoryFull.here())
            : submit(() -> write(command, grows, deadline, trace));
    var unused =
        answer.whenComplete(
            (outcome, why) -> {
              if (why instanceof ConsensusException known) {
                meter.failed(known);
              }
            });
    return answer;
  }

  private PendingWrite write(
      Command command, boolean grows, Deadline deadline, @Nullable RequestTrace trace) {
    byte[] data = CommandCodec.encode(command);
    PendingWrite write = new PendingWrite(data, grows, now(), deadline.nanoTime());
    if (trace != null) {
      loop.tracer().follow(write, data, trace);
      queued(trace);
    }
    return write;
  }

  /** Of a request that is not followed nothing is told on the way. */
  private static void queued(RequestTrace trace) {
    if (!trace.isRefused()) {
      trace.note(RequestTrace.What.QUEUED);
    }
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline) {
    return submit(() -> new PendingRead(now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline, RequestTrace trace) {
    return submit(
        () -> {
          PendingRead read = new PendingRead(now(), deadline.nanoTime());
          loop.tracer().follow(read, trace);
          queued(trace);
          return read;
        });
  }

  @Override
  public CompletableFuture<Membership> add(Member member, Deadline deadline) {
    return submit(() -> MembershipChange.add(member, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Membership> replace(Member member, NodeId replaced, Deadline deadline) {
    return submit(() -> MembershipChange.replace(member, replaced, now(), deadline.nanoTime()));
  }

  @Override
  public void relocate(Map<NodeId, HostPort> addresses) {
    transport.relocate(addresses);
  }

  @Override
  public CompletableFuture<Membership> remove(String id, Deadline deadline) {
    return submit(() -> MembershipChange.remove(id, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
    return submit(() -> new LeadershipTransfer(id, now(), deadline.nanoTime()));
  }

  private <T> CompletableFuture<T> submit(Supplier<? extends PendingRequest<T>> maker) {
    if (stopped) {
      return CompletableFuture.failedFuture(new ConsensusException.Stopping());
    }
    if (loop.isRemoved()) {
      return CompletableFuture.failedFuture(new ConsensusException.Removed());
    }
    PendingRequest<T> request = maker.get();
    try {
      if (loop.submit(request)) {
        thread.wake();
      }
      deadlines.wake();
    } catch (ConsensusException.Overloaded e) {
      return request.answer(); // Ended so.
    }
    if (stopped) { // Perhaps nobody has seen it.
      request.end(new ConsensusException.Stopping());
    }
    return request.answer();
  }

  private static long now() {
    return System.nanoTime();
  }

  @Override
  public boolean isWhole() {
    return loop.isWhole();
  }

  @Override
  public ScrubReport scrubbed() {
    return Scrubber.report(scrubber);
  }

  @Override
  public List<String> rivals() {
    return transport.rivals();
  }

  @Override
  public RaftStatus status() {
    return loop.status();
  }

  @Override
  public long clockMillis() {
    return loop.clockMillis();
  }

  @Override
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  @Override
  public void close() {
    stop();
    thread.close();
    Scrubber.end(scrubber);
    transport.close();
    deadlines.close();
    snapshots.shutdown();
    try {
      if (!snapshots.awaitTermination(SNAPSHOT_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("a snapshot is still being written; it is dropped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stores.close();
    terminated.complete(null);
  }

  // ---- any thread

  private void stop() {
    stopped = true;
    inFlight.endAll(new ConsensusException.Stopping());
  }

  private void halt(Throwable thrown) {
    FatalErrors.check(thrown);
    Throwable disk = thrown instanceof UncheckedIOException ? thrown.getCause() : null;
    Throwable cause = disk == null ? thrown : disk;
    stop();
    if (cause instanceof LostEntriesException) {
      condemn(cause);
    }
    boolean said = cause instanceof ClaimedTwiceException; // By who waits for it, in one line.
    if (terminated.completeExceptionally(cause) && !said) {
      log.error("this node stops: {}", StopReason.of(cause), cause);
    }
  }

  /** A restart must not take part in an election before the leader can say it again. */
  private void condemn(Throwable cause) {
    if (directory == null) {
      return;
    }
    try {
      Stores.condemn(new RealDisk(), directory, String.valueOf(cause.getMessage()));
    } catch (IOException e) {
      log.warn("cannot keep that this node must not start again: {}", e.toString());
    }
  }

  private void expire() {
    try {
      loop.expire();
    } catch (Throwable e) { // Else it would never be called again, and nobody would know.
      halt(e);
    }
  }

  /** What the Raft thread does. */
  private final class Batches implements RaftThread.Loop {

    @Override
    public void beginOfBatch() {
      loop.beginOfBatch();
    }

    @Override
    public long endOfBatch() {
      return stopped ? Long.MAX_VALUE : loop.endOfBatch();
    }

    @Override
    public void failed(Throwable cause) {
      halt(cause);
    }
  }

  private void post(Runnable task) {
    thread.execute(
        () -> {
          if (!stopped) {
            task.run();
          }
        });
  }
}
