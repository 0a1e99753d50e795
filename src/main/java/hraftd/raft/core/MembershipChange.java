package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * One change of the membership on its way through the log (dissertation, chapter 4): one entry at a
 * time, each differing by one voter, the next only when the last is committed; whoever joins first
 * catches up as a learner.
 */
public final class MembershipChange extends PendingRequest<Membership> {

  /** A learner counts as caught up when no more entries than this are missing: a few batches. */
  private static final long CAUGHT_UP_ENTRIES = 1000;

  private final @Nullable Member add;
  private final @Nullable NodeId replaced;
  private final String id;

  /** When the leader took it on, of the time in which it could hear the others. */
  private long began;

  private MembershipChange(
      @Nullable Member add, @Nullable NodeId replaced, String id, long since, long deadline) {
    super(since, deadline, /* size= */ 0);
    this.add = add;
    this.replaced = replaced;
    this.id = id;
  }

  /**
   * To add a member, or to move the one that is the same node to other addresses. It is over when
   * the member has caught up, and votes if it is to.
   *
   * @param since when the request came, on the host's clock in nanoseconds
   * @param deadline when its caller is told at the latest, on the same clock
   */
  public static MembershipChange add(Member member, long since, long deadline) {
    return new MembershipChange(member, null, member.id(), since, deadline);
  }

  /**
   * The same, and the configuration says from the first step on whose place the member takes, until
   * that one is removed: which is another change.
   */
  public static MembershipChange replace(
      Member member, NodeId replaced, long since, long deadline) {
    return new MembershipChange(member, replaced, member.id(), since, deadline);
  }

  /** To remove the member of this id; the other parameters are as for adding one. */
  public static MembershipChange remove(String id, long since, long deadline) {
    return new MembershipChange(null, null, id, since, deadline);
  }

  @Override
  void handTo(Raft raft) {
    raft.role().change(this);
  }

  /** Only a leader takes one: where none is it is refused at once. */
  @Override
  boolean needsLeader() {
    return false;
  }

  @Override
  ConsensusException tooLate(boolean handedOver) {
    return handedOver
        ? new ConsensusException.OutcomeUnknown(
            "the change of membership is not through yet; repeat the request")
        : new ConsensusException.DeadlinePassed(
            "the change of membership could not be begun in time");
  }

  /** The leader that had taken it on leads no more; the next one knows what has become of it. */
  void leaderChanged() {
    String what = "the leader changed during the change of membership; repeat the request";
    giveUp(new ConsensusException.NoLeader(what), new ConsensusException.LeaderChanged(what));
  }

  /** A leader takes it on. */
  void begin(long listenedNanos) {
    began = listenedNanos;
  }

  /** Goes one step further if it can; true when it is over, one way or the other. */
  boolean step(Leader leader) {
    if (!isDone() && leader.mayChange()) {
      if (add == null) {
        stepRemove(leader);
      } else {
        stepAdd(leader, add);
      }
    }
    return isDone();
  }

  private void propose(Leader leader, Membership next) {
    if (handOver() && !leader.propose(next)) {
      fail(
          new ConsensusException.DiskFull(
              "the leader's disk has no room for a change of the membership; repeat the request"
                  + " when it has"));
    }
  }

  /** With the mark whose place the node takes. */
  private Membership marked(Membership membership, NodeId node) {
    return replaced == null ? membership : membership.replacing(node, replaced);
  }

  private void stepAdd(Leader leader, Member target) {
    Membership membership = leader.raft.membership();
    Membership marked = marked(membership, target.node());
    Member present = membership.find(id);
    if (present == null && membership.wasRemoved(target.node())) {
      fail(
          new ConsensusException.MembershipRefused(
              "the node of this data directory was removed from this cluster, for good: empty the"
                  + " directory, and let it join anew"));
    } else if (present == null) {
      propose(leader, marked(membership.with(target.withVoter(false)), target.node()));
    } else if (!present.node().equals(target.node())) {
      fail(
          new ConsensusException.MembershipRefused(
              "member " + id + " has another data directory: remove it first, then join again"));
    } else if (!present.raft().equals(target.raft()) || !present.http().equals(target.http())) {
      propose(leader, membership.with(target.withVoter(present.voter())));
    } else if (present.voter() && !target.voter()) {
      fail(
          new ConsensusException.MembershipRefused(
              "member " + id + " votes: to make it a learner remove it, and let it join anew"));
    } else if (!marked.equals(membership) && leader.keepsPast(marked)) {
      propose(leader, marked);
    } else if (present.voter()) {
      succeed(membership);
    } else if (leader.caughtUp(present.node(), CAUGHT_UP_ENTRIES)) {
      if (target.voter()) {
        propose(leader, membership.with(target));
      } else {
        succeed(membership);
      }
    }
  }

  private void stepRemove(Leader leader) {
    Membership membership = leader.raft.membership();
    Member present = membership.find(id);
    if (present == null) {
      succeed(membership);
      return;
    }
    Membership rest = membership.removing(id);
    if (rest.voters().isEmpty()) {
      fail(new ConsensusException.MembershipRefused("member " + id + " is the last voter"));
    } else if (!leader.quorum.heardSince(rest, began)) {
      // Effective when appended, the entry needs a majority of the rest: who answered before the
      // request may have died since.
      if (leader.raft.host.listenedNanos() - began >= leader.raft.timing.election()) {
        fail(
            new ConsensusException.MembershipRefused(
                "without member " + id + " no majority of the rest would be alive"));
      }
    } else if (present.node().equals(leader.raft.self)) {
      leader.handOver("");
      fail(
          new ConsensusException.NoLeader("the leader hands over before it is removed; ask again"));
    } else {
      propose(leader, rest);
    }
  }
}
