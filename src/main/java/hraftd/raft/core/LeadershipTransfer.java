package hraftd.raft.core;

import hraftd.raft.ConsensusException;

/**
 * A request that another voter lead (dissertation, 3.10): over when this node sees a leader that is
 * not itself, whichever that is, or when the leader has given it up.
 */
public final class LeadershipTransfer extends PendingRequest<Void> {

  private final String id;

  /**
   * A transfer that begins to wait.
   *
   * @param id the member that is to lead; empty: the voter with the longest log
   * @param since when it came, on the host's clock in nanoseconds
   * @param deadline when its caller is told at the latest, on the same clock
   */
  public LeadershipTransfer(String id, long since, long deadline) {
    super(since, deadline, /* size= */ 0);
    this.id = id;
  }

  String id() {
    return id;
  }

  /** Another node leads. */
  @SuppressWarnings("NullAway") // The only value of a Void.
  void done() {
    succeed(null);
  }

  /**
   * The leader goes on leading.
   *
   * @param campaigns true if it has let the other one campaign, which may still be under way
   */
  void givenUp(boolean campaigns) {
    fail(tooLate(campaigns));
  }

  @Override
  void handTo(Raft raft) {
    raft.transfer(this);
  }

  /** While a leader hands over there is none for a moment. */
  @Override
  boolean needsLeader() {
    return false;
  }

  @Override
  ConsensusException tooLate(boolean handedOver) {
    String what = "no other node has taken over in time";
    return handedOver
        ? new ConsensusException.OutcomeUnknown(what + "; one still may")
        : new ConsensusException.DeadlinePassed(what);
  }
}
