package hraftd.http.api;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cluster of one that has no log: it applies at once, on a thread of its own. */
final class DirectConsensus implements Consensus {

  private volatile boolean isWhole = true;
  private volatile @Nullable Duration behind = Duration.ZERO;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "test-raft"));
  private final KvState state;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable CompletableFuture<Void> held;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean statusIsBroken;
  private volatile Runnable beforeStatus = () -> {};
  private volatile Class<? extends Command> failing = Command.class;
  private volatile WireFormat commonFormat = WireFormat.NEWEST;
  private volatile long clock = 1_000_000;
  private volatile boolean traces;
  private volatile Deadline barrierDeadline = Deadline.after(Duration.ZERO);

  DirectConsensus(KvState state) {
    this.state = state;
  }

  /** Every proposal and barrier fails like this; null: none does. */
  void failWith(@Nullable RuntimeException with) {
    failing = Command.class;
    failure = with;
  }

  /** Every proposal of such a command fails like this. */
  void failAt(Class<? extends Command> kind, RuntimeException with) {
    failing = kind;
    failure = with;
  }

  /** What all members understand from now on. */
  void speak(WireFormat format) {
    commonFormat = format;
  }

  /** Proposals and barriers wait until the future is done; null: none does. */
  void hold(@Nullable CompletableFuture<Void> until) {
    waiting.set(0);
    held = until;
  }

  /** True if something waits since the last {@link #hold}. */
  boolean isWaitedFor() {
    return waiting.get() > 0;
  }

  /** Whether it says from now on that it tells traces what happens; it does not. */
  void trace(boolean now) {
    traces = now;
  }

  @Override
  public boolean traces() {
    return traces;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // The test's thread alone writes it.
  void advance(Duration time) {
    clock += time.toMillis();
  }

  private CompletableFuture<Void> turn(boolean mayFail) {
    CompletableFuture<Void> until = held;
    if (until != null) {
      waiting.incrementAndGet();
    }
    CompletableFuture<Void> start = until == null ? CompletableFuture.completedFuture(null) : until;
    return start.thenRunAsync(
        () -> {
          RuntimeException with = failure;
          if (with != null && mayFail) {
            throw with;
          }
        },
        thread);
  }

  @Override
  public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
    return turn(failing.isInstance(command)).thenApply(done -> state.apply(clock, command));
  }

  /** By when the newest barrier was to be passed. */
  Deadline barrierDeadline() {
    return barrierDeadline;
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline) {
    barrierDeadline = deadline;
    return turn(/* mayFail= */ failing == Command.class);
  }

  @Override
  public CompletableFuture<Membership> add(Member member, Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Membership> replace(Member member, NodeId replaced, Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Membership> remove(String id, Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  /** True: asking for the status fails, as only a defect could. */
  void breakStatus(boolean isBroken) {
    statusIsBroken = isBroken;
  }

  /** This happens before whoever asks for the status gets it. */
  void beforeStatus(Runnable happens) {
    beforeStatus = happens;
  }

  /** How old the copy is from now on; null: nobody knows. */
  void behind(@Nullable Duration now) {
    behind = now;
  }

  /** Whether the copy is there from now on. */
  void whole(boolean now) {
    isWhole = now;
  }

  @Override
  public boolean isWhole() {
    return isWhole;
  }

  @Override
  public RaftStatus status() {
    beforeStatus.run();
    if (statusIsBroken) {
      throw new IllegalStateException("broken");
    }
    Member self = new Member(new NodeId("1", 7), new HostPort("h", 1), new HostPort("h", 2), true);
    return new RaftStatus(
        self.node(),
        RaftStatus.Role.LEADER,
        3,
        self,
        new Membership(List.of(self)),
        0,
        1,
        9,
        8,
        8,
        0,
        /* logBytes= */ 4711,
        /* snapshotBytes= */ 0,
        behind,
        "",
        /* diskFull= */ false,
        /* memoryFull= */ false,
        commonFormat,
        /* withoutVote= */ "",
        List.of());
  }

  @Override
  public long clockMillis() {
    return clock;
  }

  @Override
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
