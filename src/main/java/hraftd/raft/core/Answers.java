package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers whatever its role is: to those who ask for its vote (3.4, 9.6), and to those
 * who speak from a term that is over (3.3). Owned by the Raft thread.
 */
public class Answers {

  private final Raft raft;

  /** Answers for this node. */
  protected Answers(Raft raft) {
    this.raft = raft;
  }

  final void preVote(Message.PreVote m) {
    Membership committed = raft.configurations.at(raft.commitIndex());
    boolean removed =
        raft.configurations.indexAt(raft.commitIndex()) > m.membershipIndex()
            && committed.find(m.from()) == null;
    boolean granted =
        !removed
            && raft.parts.mayVote(raft.suffrage)
            && m.term() >= raft.term()
            && upToDate(m.lastIndex(), m.lastTerm())
            && !raft.role().hearsLeader();
    raft.host.send(
        new Message.PreVoteReply(raft.self, m.from(), raft.term(), m.term(), granted, removed));
  }

  final void vote(Message.Vote m) {
    boolean granted =
        mayVoteFor(raft.terms.votedFor(), m.from())
            && raft.parts.mayVote(raft.suffrage)
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
  protected boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
    return votedFor == null || votedFor.equals(candidate);
  }

  /**
   * The election restriction (3.6.1): the candidate's log holds at least all that this one does.
   */
  protected boolean upToDate(long lastIndex, long lastTerm) {
    return lastTerm > raft.lastTerm()
        || (lastTerm == raft.lastTerm() && lastIndex >= raft.log.lastIndex());
  }

  /** Whoever speaks from an old term learns the new one: a leader of old steps down by that. */
  final void oldTerm(Message m) {
    if (m instanceof Message.Append a) {
      raft.host.send(
          new Message.AppendReply(
              raft.self, m.from(), raft.term(), false, 0, confirmedOfOld(a.round())));
    } else if (m instanceof Message.SnapshotPiece p) {
      raft.host.send(
          new Message.SnapshotReply(
              raft.self, m.from(), raft.term(), p.meta().index(), 0, confirmedOfOld(p.round())));
    } else if (m instanceof Message.LostEntries l) {
      raft.host.send(
          new Message.AppendReply(
              raft.self, m.from(), raft.term(), false, 0, confirmedOfOld(l.round())));
    } else if (m instanceof Message.Vote) {
      raft.host.send(new Message.VoteReply(raft.self, m.from(), raft.term(), false));
    }
  }

  /**
   * What a message of an old term confirms: no round. The rounds of an old leadership mean nothing
   * to one that the same node has won since.
   */
  protected long confirmedOfOld(long round) {
    return 0;
  }
}
