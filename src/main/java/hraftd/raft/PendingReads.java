package hraftd.raft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/** Callers' futures for linearizable reads, and their deadlines. Owned by the Raft thread. */
final class PendingReads {

  private static final class Pending extends CompletableFuture<Void> implements Read {
    private final InFlight inFlight;
    private final Deadline deadline;
    private final long since = System.nanoTime();

    Pending(InFlight inFlight, Deadline deadline) {
      this.inFlight = inFlight;
      this.deadline = deadline;
    }

    @Override
    public boolean abandoned() {
      return isDone();
    }

    @Override
    public void ready() {
      if (!isDone()) {
        inFlight.done(0);
        complete(null);
      }
    }

    void fail(ConsensusException why) {
      inFlight.done(0);
      completeExceptionally(why);
    }
  }

  /** How often the deadlines are looked at. */
  private static final long EXPIRY_NANOS = 20_000_000L;

  private final InFlight inFlight;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private long expireAt = System.nanoTime();

  PendingReads(InFlight inFlight) {
    this.inFlight = inFlight;
  }

  /** Makes the future of a read, on any thread. It is to be {@link #track}ed. */
  CompletableFuture<Void> create(Deadline deadline) {
    inFlight.begin(0);
    return new Pending(inFlight, deadline);
  }

  /** Hands the read to Raft. */
  void track(CompletableFuture<Void> read, Raft raft) {
    if (read instanceof Pending p) {
      pending.add(p);
      raft.read(p);
    }
  }

  /** Ends those whose time is over, or for which no leader turns up. */
  void endOfBatch(long now, boolean leaderKnown) {
    if (now - expireAt < 0) {
      return;
    }
    expireAt = now + EXPIRY_NANOS;
    Iterator<Pending> all = pending.iterator();
    while (all.hasNext()) {
      Pending p = all.next();
      if (p.isDone()) {
        all.remove();
      } else if (!leaderKnown && now - p.since >= Proposals.LEADER_WAIT_NANOS) {
        all.remove();
        p.fail(new ConsensusException.NoLeader("no leader is known; a majority may be down"));
      } else if (p.deadline.expired()) {
        all.remove();
        p.fail(
            new ConsensusException.DeadlinePassed(
                "no quorum has confirmed in time that the leader still leads"));
      }
    }
  }

  void endAll(ConsensusException why) {
    for (Pending p : pending) {
      if (!p.isDone()) {
        p.fail(why);
      }
    }
    pending.clear();
  }
}
