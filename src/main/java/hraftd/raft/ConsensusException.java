package hraftd.raft;

/**
 * Why a request to {@link Consensus} has no result. Every subclass says what the caller may assume
 * of a write: all but {@link OutcomeUnknown} and {@link LeaderChanged} mean that it did not and
 * will not happen.
 *
 * <p>No stack trace is recorded: these are answers, and some are given many thousand times a
 * second.
 */
public abstract class ConsensusException extends RuntimeException {

  private ConsensusException(String message) {
    super(message, null, false, false);
  }

  /** True if the write may have happened, or may still happen. */
  public boolean outcomeUnknown() {
    return false;
  }

  /** No leader is known, or the known one could not be asked. Nothing happened. */
  public static final class NoLeader extends ConsensusException {
    /** Says why. */
    public NoLeader(String message) {
      super(message);
    }
  }

  /** Too much is in flight already, by number or by bytes. Nothing happened; try again later. */
  public static final class Overloaded extends ConsensusException {
    /** Says which bound. */
    public Overloaded(String message) {
      super(message);
    }
  }

  /** The leader's disk is below its reserve and the command would make the state grow. */
  public static final class DiskFull extends ConsensusException {
    /** Says where. */
    public DiskFull(String message) {
      super(message);
    }
  }

  /**
   * The heap of the leader or of this node is nearly full and the command would fill it further.
   */
  public static final class MemoryFull extends ConsensusException {
    /** Says whose. */
    public MemoryFull(String message) {
      super(message);
    }

    /** This node's own: whoever leads, it would have to keep what is written. */
    public static MemoryFull here() {
      return new MemoryFull("this node's heap is nearly full: only reads and deletes go on");
    }
  }

  /** The deadline passed while the entry's fate was open: it may have happened or still happen. */
  public static final class OutcomeUnknown extends ConsensusException {
    /** Says what was waited for. */
    public OutcomeUnknown(String message) {
      super(message);
    }

    @Override
    public boolean outcomeUnknown() {
      return true;
    }
  }

  /**
   * The leader that had begun a change of the members leads no more: the change may have happened
   * or still happen, and the next leader knows. To be repeated there.
   */
  public static final class LeaderChanged extends ConsensusException {
    /** Says what was under way. */
    public LeaderChanged(String message) {
      super(message);
    }

    @Override
    public boolean outcomeUnknown() {
      return true;
    }
  }

  /** The deadline passed before anything was sent, or a read had no answer. Nothing happened. */
  public static final class DeadlinePassed extends ConsensusException {
    /** Says what was waited for. */
    public DeadlinePassed(String message) {
      super(message);
    }
  }

  /** This node stops, or has stopped. Nothing happened. */
  public static final class Stopping extends ConsensusException {
    /** Says that it stops. */
    public Stopping() {
      super("this node is shutting down");
    }
  }

  /** This node is no longer a member. Nothing happened. */
  public static final class Removed extends ConsensusException {
    /** Says so. */
    public Removed() {
      super("this node was removed from the cluster");
    }
  }

  /** The engine that this node runs cannot do this at all. Nothing happened. */
  public static final class NotSupported extends ConsensusException {
    /** Says what, and what else to do. */
    public NotSupported(String message) {
      super(message);
    }
  }

  /** A change of membership that is not allowed, or not now. Nothing happened. */
  public static final class MembershipRefused extends ConsensusException {
    /** Says why. */
    public MembershipRefused(String message) {
      super(message);
    }
  }
}
