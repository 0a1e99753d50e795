package hraftd.raft.core;

import hraftd.raft.ConsensusException;

/**
 * A linearizable read that waits until the state may be read. It changes nothing, so that it is
 * never handed over: whatever becomes of it, nothing has happened.
 */
public final class PendingRead extends PendingRequest<Void> {

  /**
   * A read that begins to wait.
   *
   * @param since when it came, on the host's clock in nanoseconds
   * @param deadline when its caller is told at the latest, on the same clock
   */
  public PendingRead(long since, long deadline) {
    super(since, deadline, /* size= */ 0);
  }

  /** The state may be read now. */
  @SuppressWarnings("NullAway") // The only value of a Void.
  public void ready() {
    succeed(null);
  }

  @Override
  void handTo(Raft raft) {
    raft.role().read(this);
  }

  @Override
  boolean needsLeader() {
    return true;
  }

  @Override
  ConsensusException tooLate(boolean handedOver) {
    return new ConsensusException.DeadlinePassed(
        "no quorum has confirmed in time that the leader still leads");
  }
}
