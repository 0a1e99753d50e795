package hraftd.raft.node;

import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;

/**
 * Gathers writes into groups and hands a group at a time to Raft.
 *
 * <p>On the leader a group costs a write to the log, a message to each peer with its answer, and an
 * fsync on each node, however many writes are in it. So while some are on their way the next ones
 * wait for each other, until they are half of those that there are at busy times: while one group
 * is on disks and network the other comes together. Writes of other nodes take along those that
 * wait. While none is on its way nobody waits. Elsewhere all go to the leader at once. Owned by the
 * Raft thread but for {@link #arrive}.
 */
final class WriteGroups {

  /** How long those on their way may hold up the next: what they wait for may not come. */
  private static final long MAX_HOLD_NANOS = 20_000_000L;

  /** For so many groups the busiest moment counts, more or less. */
  private static final int MEMORY = 64;

  private final Arrivals<PendingWrite> arrived = new Arrivals<>();

  /** The most that were on their way when a group was handed over; it fades, group by group. */
  private int busiest;

  private long handedAt;

  /** None yet, at this moment. */
  WriteGroups(long now) {
    handedAt = now;
  }

  /**
   * Takes one in, on any thread.
   *
   * @return true if the Raft thread has to be woken for it
   */
  boolean arrive(PendingWrite write) {
    return arrived.add(write);
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
      arrived.drain(raft::take);
      busiest = Math.max(raft.openWrites(), busiest - (busiest + MEMORY - 1) / MEMORY);
    }
    return any;
  }

  private boolean isGroup(Raft raft, long now) {
    boolean waits = raft.leads() && raft.openWrites() > 0;
    arrived.enough(waits ? Math.max(1, busiest / 2) : 1);
    if (arrived.areEnough()) {
      return true;
    }
    boolean othersGo = raft.role().hasUnwritten();
    return arrived.waiting() > 0 && (othersGo || now - handedAt >= MAX_HOLD_NANOS);
  }

  /** True if none waits, and the next one calls if none is on its way. */
  boolean isIdle(Raft raft, long now) {
    return !isGroup(raft, now) && arrived.waiting() == 0;
  }

  /** Drops those that are done. */
  void sweep() {
    arrived.sweep();
  }
}
