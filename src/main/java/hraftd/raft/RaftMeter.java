package hraftd.raft;

/**
 * Hears how often and how fast things happen in consensus, for who counts them. Any thread calls
 * it, the Raft thread most of all; no method may block or throw. Each does nothing unless it is
 * overridden. All times are in nanoseconds.
 */
public interface RaftMeter {

  /** Counts nothing. */
  RaftMeter NONE = new RaftMeter() {};

  /** The end of the log was made durable. */
  default void fsynced(long nanos) {}

  /** On the leader: so long after a batch of entries was written to the log it was committed. */
  default void committed(long nanos) {}

  /** A command was applied to the state. */
  default void applied(long nanos) {}

  /** A snapshot of the state was written. */
  default void snapshotTaken(long nanos) {}

  /** On the leader: a member's answer came so long after what it answers was sent. */
  default void roundTrip(NodeId peer, long nanos) {}

  /** A connection to a member was opened, the first one or another. */
  default void connected(NodeId peer) {}

  /** This node asked the others for their votes in a new term. */
  default void stoodForElection() {}

  /** This node has learnt of the leader of another term. */
  default void leaderChanged() {}

  /** A write ended without a result; whether it may have happened the reason says. */
  default void failed(ConsensusException why) {}
}
