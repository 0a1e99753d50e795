package hraftd.raft.node;

import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.Raft;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gathers linearizable reads into groups and hands a group at a time to Raft.
 *
 * <p>A group costs a round of messages, however many reads are in it, so under load fewer and
 * larger ones are worth a short wait, until most of the usual number are there: the others keep the
 * processors busy during the round. Reads that come one at a time do not wait. Owned by the Raft
 * thread but for {@link #arrive}.
 */
final class ReadGroups {

  /** How long a group may hold up the next: what it waits for may not come. */
  private static final long MAX_HOLD_NANOS = 20_000_000L;

  /**
   * The longest pause between groups, for each read of the usual one: what it takes to answer that
   * read and to parse its client's next.
   */
  private static final long PAUSE_NANOS_PER_READ = 30_000L;

  /** The longest pause: about the time that a network and a quorum take for a round. */
  private static final long MAX_PAUSE_NANOS = 1_000_000L;

  /** With enough of them the pause is over. */
  private final Arrivals<PendingRead> arrived = new Arrivals<>();

  /** The Raft thread will look at what has arrived without being told again. */
  private final AtomicBoolean called = new AtomicBoolean();

  /** Those that Raft has, in the order in which it serves them: the first is not served yet. */
  private final Deque<PendingRead> unserved = new ArrayDeque<>();

  private int group;
  private int usual;
  private long handedAt;
  private long nextAt;

  /** None yet, at this moment. */
  ReadGroups(long now) {
    handedAt = now;
    nextAt = now;
  }

  /**
   * Takes one in, on any thread.
   *
   * @return true if the Raft thread has to be woken for it
   */
  boolean arrive(PendingRead read) {
    boolean pauseIsOver = arrived.add(read);
    boolean first = !called.get() && called.compareAndSet(false, true);
    return first || pauseIsOver;
  }

  /**
   * Hands the next group to Raft if it is time for it.
   *
   * @return true if there was one
   */
  boolean handOver(Raft raft, long now) {
    if (group > 0 && isServed()) {
      usual = Math.max(group, usual - Math.max(1, usual / 8));
      nextAt = now + pause(usual);
      arrived.enough(Math.max(1, usual * 3 / 4));
      group = 0;
    }
    boolean held = !isServed() && now - handedAt < MAX_HOLD_NANOS;
    if (held || (now - nextAt < 0 && !arrived.areEnough())) {
      return false;
    }
    called.set(false);
    int taken =
        arrived.drain(
            read -> {
              unserved.add(read);
              raft.take(read);
            });
    if (taken == 0) {
      return false;
    }
    called.set(true);
    group = taken;
    handedAt = now;
    return true;
  }

  private boolean isServed() {
    PendingRead first = unserved.peek();
    while (first != null && first.isDone()) {
      unserved.remove();
      first = unserved.peek();
    }
    return first == null;
  }

  private static long pause(int reads) {
    return reads == 1 ? 0 : Math.min(MAX_PAUSE_NANOS, reads * PAUSE_NANOS_PER_READ);
  }

  /** True if there is none, and the next one calls. */
  boolean isIdle() {
    return isServed() && !called.get() && arrived.waiting() == 0;
  }

  /** For how long nothing is to be done if nothing happens. */
  long idleNanos(long now) {
    return isServed() && called.get() ? Math.max(0, nextAt - now) : MAX_HOLD_NANOS;
  }

  /** Drops those that are done. */
  void sweep() {
    arrived.sweep();
    unserved.removeIf(PendingRequest::isDone);
  }
}
