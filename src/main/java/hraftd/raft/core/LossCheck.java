package hraftd.raft.core;

/**
 * Tells a follower that has lost what it had acknowledged from one whose answer is merely late. A
 * follower's log holds all that it has acknowledged to a leader for as long as that one leads: it
 * was on disk before, it is the same as the leader's, and nothing of that is ever truncated in the
 * leader's term (3.5). So one that rejects an entry which it has acknowledged before the question
 * was sent has lost it. Only: answers may overtake each other. Upon the first that looks so the
 * leader asks anew, with a round that no other message has; a rejection of that very round is
 * proof. Then it is told, and gets nothing before it has said that it knows. Owned by the Raft
 * thread.
 *
 * <p>Whoever leads since knows nothing of what was acknowledged to others, and what was need not
 * even be committed: such a loss is not noticed.
 */
final class LossCheck {

  private boolean doubted;
  private boolean certain;

  /** The last entry that it has acknowledged, as of the first doubt. */
  private long acknowledged;

  private long term;

  /** The round of what was asked or told last; 0: nothing was. Rounds begin behind it. */
  private long round;

  private long saidAt;

  /** True while the follower is known to have lost entries, and has not said that it knows. */
  boolean isCertain() {
    return certain;
  }

  /** The last entry that it has acknowledged. */
  long acknowledged() {
    return acknowledged;
  }

  /** The term of that entry, if it was asked for it. */
  long term() {
    return term;
  }

  /**
   * Takes note of an answer.
   *
   * @param match what the follower has on its disk, as far as the leader knows
   * @return true if it says with this one that it knows of its loss: it may be sent entries again
   */
  boolean answered(Message.AppendReply m, long match) {
    boolean toTheLast = round != 0 && m.round() == round && !m.matched();
    if (certain) {
      if (toTheLast) {
        certain = false;
        round = 0;
      }
      return toTheLast;
    }
    if (m.matched()) {
      doubted &= m.round() < round || round == 0;
    } else if (doubted && toTheLast) {
      certain = true;
      doubted = false;
      round = 0;
    } else if (match > 0 && m.index() <= match) {
      acknowledged = doubted ? Math.max(acknowledged, match) : match;
      doubted = true;
    }
    return false;
  }

  /**
   * True if it is to be asked whether it has what it acknowledged, or to be told that it has not.
   */
  boolean hasToSay(long now, long again) {
    return (doubted || certain) && (round == 0 || now - saidAt >= again);
  }

  /** That was sent, with the entry's term, in a round that no other message has. */
  void said(long entryTerm, long singleRound, long now) {
    term = entryTerm;
    round = singleRound;
    saidAt = now;
  }

  /** What is to be done about it, for people, if it is certain. */
  String activity(String id) {
    return "member "
        + id
        + " has lost entries that it had acknowledged, up to "
        + acknowledged()
        + ": remove it, empty its directory, and let it join anew";
  }
}
