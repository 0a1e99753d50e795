package hraftd.raft.core;

import org.jspecify.annotations.Nullable;

/**
 * Whether this node may vote. A node whose log has lost entries may not: it could elect a leader
 * without an entry that was committed because this node had it (the election restriction, 3.6.1,
 * rests on what voters have acknowledged). It votes again once it has, durably and as its leader
 * has it,
 *
 * <ul>
 *   <li>every entry up to the last that it had: then it has all that it ever acknowledged and that
 *       was committed, as it is in every later leader's log (3.6.3); or
 *   <li>an entry of a term that began after the loss was found: all that was committed before is in
 *       front of that entry, and this node has acknowledged nothing of that term before the loss.
 * </ul>
 *
 * <p>What it acknowledges meanwhile counts as ever. That says that an entry is on its disk, which
 * is true, and before it votes it has all that it says. (Protocol-Aware Recovery, FAST '18, has the
 * same two rules: a faulty node takes no part in elections, and is repaired from the leader.) Owned
 * by the Raft thread.
 */
public final class Suffrage {
  private final RaftLog log;

  /** At least the term in which the loss was found. */
  private final long lossTerm;

  /** For the node with this log, which starts in this term. */
  Suffrage(RaftLog log, long term) {
    this.log = log;
    this.lossTerm = term;
  }

  /** True while nothing is missing that it had. */
  public boolean mayVote() {
    return log.loss() == null;
  }

  /** Up to this index the log is durable and as the leader's. */
  void verified(long index) {
    Loss loss = log.loss();
    if (loss != null
        && index >= Math.max(1, log.firstIndex() - 1)
        && (index >= loss.through() || log.term(index) > lossTerm)) {
      log.regained();
    }
  }

  /** Why this node may not vote, for people; empty if it may. */
  String why() {
    @Nullable Loss loss = log.loss();
    if (loss == null) {
      return "";
    }
    String until =
        loss.through() == Loss.UNKNOWN
            ? "it votes again with an entry of a term after " + lossTerm
            : "it votes again when it has entry " + loss.through() + " from the leader";
    return "without a vote: its log lost entries from "
        + loss.from()
        + " on, has up to "
        + log.lastIndex()
        + "; "
        + until
        + " ("
        + loss.what()
        + ")";
  }
}
