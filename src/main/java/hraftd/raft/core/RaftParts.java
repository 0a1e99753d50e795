package hraftd.raft.core;

import hraftd.raft.Membership;

/**
 * Makes the parts of one node's Raft that decide what is safe. They are made here, and not where
 * they are used, so that a test can put a faulty one in the place of each and see whether that is
 * found.
 */
public interface RaftParts {

  /** The parts as they should be. */
  RaftParts SOUND = new RaftParts() {};

  /** What the node is while it follows, or waits for a leader; one for each time. */
  default Follower follower(Raft raft) {
    return new Follower(raft);
  }

  /** What the node is while it leads; one for each term. */
  default Leader leader(Raft raft) {
    return new Leader(raft);
  }

  /** What answers alike in every role; one for each node. */
  default Answers answers(Raft raft) {
    return new Answers(raft);
  }

  /** What applies; one for each node. */
  default Applier applier(Raft raft) {
    return new Applier(raft);
  }

  /** What counts voters; one for each leader. */
  default Quorum quorum(Leader leader) {
    return new Quorum(leader);
  }

  /** What serves reads; one for each leader. */
  default ReadRounds readRounds(Leader leader) {
    return new ReadRounds(leader);
  }

  /** What takes the proposals of other nodes; one for each leader. */
  default ForwardedProposals forwardedProposals(Leader leader) {
    return new ForwardedProposals(leader);
  }

  /** Whether this node may vote, and stand for election. */
  default boolean mayVote(Suffrage suffrage) {
    return suffrage.mayVote();
  }

  /** Which of the configurations in the log holds: the last one, committed or not (4.1). */
  default Membership inForce(Configurations configurations, long commitIndex) {
    return configurations.current();
  }
}
