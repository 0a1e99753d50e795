package hraftd.raft.core;

import hraftd.raft.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node may vote, and stand for election. A node whose log has lost entries may do
 * neither: it could elect a leader without an entry that was committed because this node had it
 * (the election restriction, 3.6.1, rests on what voters have acknowledged). It votes again once it
 * has, durably and as its leader has it,
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
final class Suffrage {

  /** As large as what a new leader writes first. */
  private static final List<Entry> FIRST_OF_A_TERM =
      List.of(new Entry(0, 0, Entry.Kind.NOOP, 0, 0, 0, new byte[0]));

  private final Raft raft;
  private final RaftLog log;

  /** At least the term in which the loss was found. */
  private final long lossTerm;

  /** For a node that starts. */
  Suffrage(Raft raft) {
    this.raft = raft;
    this.log = raft.log;
    this.lossTerm = raft.term();
  }

  /**
   * Demands that there are others who may have what the log of this node has lost.
   *
   * @throws IllegalStateException if this node is the only one that votes
   */
  void demandOthers() {
    Loss loss = log.loss();
    Membership membership = raft.membership();
    if (loss != null && membership.voters().size() == 1 && membership.isVoter(raft.self)) {
      throw new IllegalStateException(
          "the log has lost entries from "
              + loss.from()
              + " on, and no other member has them: "
              + loss.what()
              + ". Nothing was overwritten. hraftd inspect says what is whole and what is lost,"
              + " hraftd recover goes on with what is whole; a backup may have the rest");
    }
  }

  /** True while nothing is missing that it had. */
  boolean mayVote() {
    return log.loss() == null;
  }

  /**
   * True if this node may stand for election: with all that it had in its log; as a voter of its
   * configuration, or of the committed one while that which leaves it out is not committed (4.2.2:
   * until then it may be needed); and not with a disk so full that it could not begin its term.
   */
  boolean mayCampaign() {
    boolean votes =
        raft.membership().isVoter(raft.self)
            || raft.configurations.at(raft.commitIndex()).isVoter(raft.self);
    return votes && mayVote() && raft.term() < Message.MAX_TERM && log.hasRoom(FIRST_OF_A_TERM);
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
