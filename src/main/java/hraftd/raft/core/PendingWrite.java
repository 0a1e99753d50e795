package hraftd.raft.core;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;

/** A command on its way into the log, until its entry is applied here; see {@link Proposals}. */
public final class PendingWrite extends PendingRequest<Outcome> {

  private final byte[] data;
  private final boolean grows;

  /** Its number among this process's; 0: none yet. */
  private long sequence;

  /** The term for which it was handed to the log or a leader; 0: it was not. */
  private long term;

  private long sentAt;

  /**
   * A write that begins to wait.
   *
   * @param data the command's bytes; not copied, never changed by anyone
   * @param grows whether it needs disk space that is kept in reserve when the disk is nearly full
   * @param since when it came, on the host's clock in nanoseconds
   * @param deadline when its caller is told at the latest, on the same clock
   */
  public PendingWrite(byte[] data, boolean grows, long since, long deadline) {
    super(since, deadline, data.length);
    this.data = data;
    this.grows = grows;
  }

  byte[] data() {
    return data;
  }

  boolean grows() {
    return grows;
  }

  long sequence() {
    return sequence;
  }

  void number(long newSequence) {
    sequence = newSequence;
  }

  long term() {
    return term;
  }

  /** It was handed over for this term at this moment. */
  void sent(long forTerm, long now) {
    term = forTerm;
    sentAt = now;
  }

  long sentAt() {
    return sentAt;
  }

  /** It has certainly not happened in the term for which it was handed over: it begins again. */
  void beginAgain() {
    term = 0;
    takeBack();
  }

  @Override
  void handTo(Raft raft) {
    raft.proposals.submit(this);
  }

  @Override
  boolean needsLeader() {
    return true;
  }

  @Override
  ConsensusException tooLate(boolean handedOver) {
    return handedOver
        ? new ConsensusException.OutcomeUnknown(
            "no quorum has confirmed the entry in time; it may still happen")
        : new ConsensusException.DeadlinePassed("the leader could not take the entry in time");
  }
}
