package hraftd.raft.node;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Proposals;
import hraftd.raft.core.Raft;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Callers' futures for proposals: gathers them into groups and hands a group at a time to Raft.
 *
 * <p>On the leader a group costs a write to the log, a message to each peer with its answer, and an
 * fsync on each node, however many proposals are in it. So while some are on their way the next
 * ones wait for each other, until they are half of those that there are at busy times: while one
 * group is on disks and network the other comes together. Proposals of other nodes take along those
 * that wait. While none is on its way nobody waits. Elsewhere all go to the leader at once. Owned
 * by the Raft thread but for {@link #create} and {@link #ring}.
 */
final class PendingWrites {

  private final class Pending extends CompletableFuture<Outcome> implements Proposals.Proposer {
    private final byte[] data;
    private final boolean grows;
    private final Deadline deadline;

    Pending(byte[] data, boolean grows, Deadline deadline) {
      this.data = data;
      this.grows = grows;
      this.deadline = deadline;
    }

    @Override
    public void applied(Entry entry, @Nullable Outcome outcome) {
      ended();
      if (outcome != null) {
        complete(outcome);
      } else {
        completeExceptionally(
            new IllegalStateException("entry " + entry.index() + " had no outcome"));
      }
    }

    @Override
    public void failed(ConsensusException why) {
      ended();
      completeExceptionally(why);
    }

    private void ended() {
      inFlight.done(data.length);
      unanswered--;
    }
  }

  /** How long those on their way may hold up the next: what they wait for may not come. */
  private static final long MAX_HOLD_NANOS = 20_000_000L;

  /** For so many groups the busiest moment counts, more or less. */
  private static final int MEMORY = 64;

  private final InFlight inFlight;
  private final Arrivals<Pending> arrived = new Arrivals<>();

  /** How many were handed over and have no outcome. */
  private int unanswered;

  /** The most that there were when a group was handed over; it fades, group by group. */
  private int busiest;

  private long handedAt = System.nanoTime();

  PendingWrites(InFlight inFlight) {
    this.inFlight = inFlight;
  }

  /**
   * Takes in a proposal, on any thread.
   *
   * @param grows as in {@link Proposals#submit}
   * @throws ConsensusException.Overloaded if there are too many
   */
  CompletableFuture<Outcome> create(byte[] data, boolean grows, Deadline deadline) {
    inFlight.begin(data.length);
    Pending write = new Pending(data, grows, deadline);
    arrived.add(write);
    return write;
  }

  /**
   * True if the Raft thread has to be woken for what was created; called once for each, on any
   * thread.
   */
  boolean ring() {
    return arrived.ring();
  }

  /**
   * Hands the next group to Raft if there is one.
   *
   * @return true if there was
   */
  boolean handOver(Raft raft, long now) {
    boolean any = false;
    while (isGroup(raft, now)) {
      any = true;
      handedAt = now;
      arrived.drain(
          w -> {
            unanswered++;
            raft.proposals.submit(w.data, w.grows, w.deadline.nanoTime(), w);
          });
      busiest = Math.max(unanswered, busiest - (busiest + MEMORY - 1) / MEMORY);
    }
    return any;
  }

  private boolean isGroup(Raft raft, long now) {
    Leader leader = raft.role() instanceof Leader l ? l : null;
    arrived.enough(leader == null || unanswered == 0 ? 1 : Math.max(1, busiest / 2));
    if (arrived.areEnough()) {
      return true;
    }
    boolean othersGo = leader != null && leader.hasUnwritten();
    return arrived.waiting() > 0 && (othersGo || now - handedAt >= MAX_HOLD_NANOS);
  }

  /** Ends those that were not handed over. */
  void endAll(ConsensusException why) {
    arrived.drain(
        w -> {
          unanswered++;
          w.failed(why);
        });
  }
}
