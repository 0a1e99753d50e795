package hraftd.raft.core;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a message that has come: whether it is let in, in which term it is heard (3.3),
 * and who answers it. Owned by the Raft thread.
 */
final class Reception {

  /**
   * So far a stranger's vote may move the term, in one election timeout: what a node lags behind
   * that was away for a week of elections. It has nobody else to learn the term from where all that
   * it knows are gone; and who lies about it needs four million million of timeouts to reach the
   * greatest term.
   */
  static final long MAX_STRANGERS_TERMS_AHEAD = 1L << 20;

  private final Raft raft;
  private final Screen screen;
  private final Answers answers;

  /** When a stranger's vote moved the term last; meaningless before {@code movedByStranger}. */
  private long strangersTermAt;

  private boolean movedByStranger;

  Reception(Raft raft, Screen screen) {
    this.raft = raft;
    this.screen = screen;
    this.answers = new Answers(raft);
  }

  /** See {@link Raft#receive}. */
  @Nullable String receive(Message m) {
    String refusal = screen.refusal(m);
    if (refusal == null) {
      handle(m);
    }
    return refusal;
  }

  private void handle(Message m) {
    if (m instanceof Message.PreVote p) {
      answers.preVote(p);
      raft.role().askedBy(p.from());
      return;
    }
    if (m.term() > raft.term()) {
      boolean mayDisturb =
          m instanceof Message.Vote v && v.transfer() && !screen.isStranger(v.from());
      if (m instanceof Message.Vote && !mayDisturb && raft.role().hearsLeader()) {
        return; // 4.2.3: whoever hears from a leader is not talked into an election
      }
      if (!movesTerm(m)) {
        return;
      }
      raft.adopt(m.term());
    } else if (m.term() < raft.term() && !(m instanceof Message.PreVoteReply)) {
      answers.oldTerm(m);
      return;
    }
    if (m instanceof Message.Vote v) {
      answers.vote(v);
    } else {
      raft.role().receive(m);
    }
  }

  /**
   * True if a message of a higher term is to be heard in that term (3.3). A node that is no member
   * moves the term by its vote alone, and not often: it may need this node's vote though this node
   * does not know of it yet.
   */
  private boolean movesTerm(Message m) {
    if (screen.isStranger(m.from())) {
      // Whoever leads was refused, unless this node is lost.
      return m.isLeaders() || (m instanceof Message.Vote vote && movesTerm(vote));
    }
    return m.isLeaders()
        || m instanceof Message.Vote
        || m instanceof Message.VoteReply
        || m instanceof Message.PreVoteReply
        || m instanceof Message.AppendReply
        || m instanceof Message.SnapshotReply;
  }

  private boolean movesTerm(Message.Vote strangers) {
    long now = raft.host.nanoTime();
    if (strangers.term() - raft.term() > MAX_STRANGERS_TERMS_AHEAD
        || (movedByStranger && now - strangersTermAt < raft.timing.election())) {
      return false;
    }
    movedByStranger = true;
    strangersTermAt = now;
    return true;
  }
}
