package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers whatever its role is: to those who ask for its vote (3.4, 9.6), and to those
 * who speak from a term that is over (3.3). Owned by the Raft thread.
 */
final class Answers {

  /**
   * What a message of an old term confirms: none. The rounds of an old leadership mean nothing to
   * one that the same node has won since.
   */
  private static final long NO_ROUND = 0;

  private final Raft raft;

  /** Answers for this node. */
  Answers(Raft raft) {
    this.raft = raft;
  }

  void preVote(Message.PreVote m) {
    Membership committed = raft.configurations.at(raft.commitIndex());
    boolean removed =
        raft.configurations.indexAt(raft.commitIndex()) > m.membershipIndex()
            && committed.find(m.from()) == null;
    boolean granted =
        !removed
            && raft.suffrage.mayVote()
            && m.term() >= raft.term()
            && upToDate(m.lastIndex(), m.lastTerm())
            && !raft.role().hearsLeader();
    raft.host.send(
        new Message.PreVoteReply(raft.self, m.from(), raft.term(), m.term(), granted, removed));
  }

  void vote(Message.Vote m) {
    boolean granted =
        mayVoteFor(raft.terms.votedFor(), m.from())
            && raft.suffrage.mayVote()
            && !raft.leads()
            && upToDate(m.lastIndex(), m.lastTerm());
    if (granted) {
      if (raft.terms.votedFor() == null) {
        raft.terms.save(raft.term(), m.from());
      }
      raft.role().voted();
    }
    raft.host.send(new Message.VoteReply(raft.self, m.from(), raft.term(), granted));
  }

  /** One vote in a term (3.4). */
  private static boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
    return votedFor == null || votedFor.equals(candidate);
  }

  /**
   * The election restriction (3.6.1): the candidate's log holds at least all that this one does.
   */
  private boolean upToDate(long lastIndex, long lastTerm) {
    return lastTerm > raft.lastTerm()
        || (lastTerm == raft.lastTerm() && lastIndex >= raft.log.lastIndex());
  }

  /** Whoever speaks from an old term learns the new one: a leader of old steps down by that. */
  void oldTerm(Message m) {
    if (m instanceof Message.Append || m instanceof Message.LostEntries) {
      raft.host.send(new Message.AppendReply(raft.self, m.from(), raft.term(), false, 0, NO_ROUND));
    } else if (m instanceof Message.SnapshotPiece p) {
      raft.host.send(
          new Message.SnapshotReply(
              raft.self, m.from(), raft.term(), p.meta().index(), 0, NO_ROUND));
    } else if (m instanceof Message.Vote) {
      raft.host.send(new Message.VoteReply(raft.self, m.from(), raft.term(), false));
    }
  }
}
