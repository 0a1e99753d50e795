package hraftd.raft.node;

import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.core.Proposals;
import hraftd.raft.core.Raft;
import hraftd.raft.core.Read;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Callers' futures for linearizable reads: gathers them into groups, hands a group at a time to
 * Raft, and ends those whose time is over.
 *
 * <p>A group costs a round of messages, however many reads are in it, so under load fewer and
 * larger ones are worth a short wait, until most of the usual number are there: the others keep the
 * processors busy during the round. Reads that come one at a time do not wait. Owned by the Raft
 * thread but for {@link #create} and {@link #ring}.
 */
final class PendingReads {

  private final class Pending extends CompletableFuture<Void> implements Read {
    private final Deadline deadline;
    private final long since = System.nanoTime();

    Pending(Deadline deadline) {
      this.deadline = deadline;
    }

    @Override
    public boolean abandoned() {
      return isDone();
    }

    @Override
    public void ready() {
      if (!isDone()) {
        ended();
        complete(null);
      }
    }

    void fail(ConsensusException why) {
      ended();
      completeExceptionally(why);
    }

    private void ended() {
      inFlight.done(0);
      unserved--;
    }
  }

  /** How often the deadlines are looked at, and how long a group may hold up the next. */
  private static final long EXPIRY_NANOS = 20_000_000L;

  /**
   * The longest pause between groups, for each read of the usual one: what it takes to answer that
   * read and to parse its client's next.
   */
  private static final long PAUSE_NANOS_PER_READ = 30_000L;

  /** The longest pause: about the time that a network and a quorum take for a round. */
  private static final long MAX_PAUSE_NANOS = 1_000_000L;

  private final InFlight inFlight;

  /** With enough of them the pause is over. */
  private final Arrivals<Pending> arrived = new Arrivals<>();

  /** The Raft thread will look at what has arrived without being told again. */
  private final AtomicBoolean rung = new AtomicBoolean();

  private final Deque<Pending> pending = new ArrayDeque<>();

  private int group;
  private int usual;
  private int unserved;
  private long handedAt;
  private long nextAt = System.nanoTime();
  private long expireAt = System.nanoTime();

  PendingReads(InFlight inFlight) {
    this.inFlight = inFlight;
  }

  /**
   * Takes in a read, on any thread.
   *
   * @throws ConsensusException.Overloaded if there are too many
   */
  CompletableFuture<Void> create(Deadline deadline) {
    inFlight.begin(0);
    Pending read = new Pending(deadline);
    arrived.add(read);
    return read;
  }

  /**
   * True if the Raft thread has to be woken for what was created; called once for each, on any
   * thread.
   */
  boolean ring() {
    boolean pauseIsOver = arrived.ring();
    boolean first = !rung.get() && rung.compareAndSet(false, true);
    return first || pauseIsOver;
  }

  /**
   * Hands the next group to Raft if it is time for it.
   *
   * @return true if there was one
   */
  boolean handOver(Raft raft, long now) {
    if (group > 0 && unserved == 0) {
      usual = Math.max(group, usual - Math.max(1, usual / 8));
      nextAt = now + pause(usual);
      arrived.enough(Math.max(1, usual * 3 / 4));
      group = 0;
    }
    boolean held = unserved > 0 && now - handedAt < EXPIRY_NANOS;
    if (held || (now - nextAt < 0 && !arrived.areEnough())) {
      return false;
    }
    rung.set(false);
    int taken =
        arrived.drain(
            read -> {
              take(read);
              raft.read(read);
            });
    if (taken == 0) {
      return false;
    }
    rung.set(true);
    group = taken;
    handedAt = now;
    return true;
  }

  private void take(Pending read) {
    pending.add(read);
    unserved++;
  }

  private static long pause(int reads) {
    return reads == 1 ? 0 : Math.min(MAX_PAUSE_NANOS, reads * PAUSE_NANOS_PER_READ);
  }

  /** For how long nothing is to be done if nothing happens. */
  long idleNanos(long now) {
    return unserved == 0 && rung.get() ? Math.max(0, nextAt - now) : EXPIRY_NANOS;
  }

  /** Ends those whose time is over, or for which no leader turns up. */
  void expire(long now, boolean leaderKnown) {
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
    arrived.drain(this::take);
    for (Pending p : pending) {
      if (!p.isDone()) {
        p.fail(why);
      }
    }
    pending.clear();
  }
}
