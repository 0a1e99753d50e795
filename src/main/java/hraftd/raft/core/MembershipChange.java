package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One change of the membership on its way through the log (dissertation, chapter 4): one entry at a
 * time, each differing by one voter, the next only when the last is committed; whoever joins first
 * catches up as a learner.
 */
final class MembershipChange {

  /** A learner counts as caught up when no more entries than this are missing: a few batches. */
  private static final long CAUGHT_UP_ENTRIES = 1000;

  private final Leader leader;
  private final Raft raft;
  private final @Nullable Member add;
  private final String id;
  private final long deadline;
  private final CompletableFuture<Membership> done;
  private final long began;

  private MembershipChange(
      Leader leader,
      @Nullable Member add,
      String id,
      long deadline,
      CompletableFuture<Membership> done) {
    this.leader = leader;
    this.raft = leader.raft;
    this.add = add;
    this.id = id;
    this.deadline = deadline;
    this.done = done;
    this.began = leader.raft.host.nanoTime();
  }

  static MembershipChange add(
      Leader leader, Member member, long deadline, CompletableFuture<Membership> done) {
    return new MembershipChange(leader, member, member.id(), deadline, done);
  }

  static MembershipChange remove(
      Leader leader, String id, long deadline, CompletableFuture<Membership> done) {
    return new MembershipChange(leader, null, id, deadline, done);
  }

  /** Goes one step further if it can; true when it is over, one way or the other. */
  boolean step(long now) {
    if (done.isDone()) {
      return true;
    }
    if (now - deadline >= 0) {
      fail(
          new ConsensusException.OutcomeUnknown(
              "the change of membership is not through yet; repeat the request"));
    } else if (leader.mayChange()) {
      if (add == null) {
        stepRemove(now);
      } else {
        stepAdd(add, now);
      }
    }
    return done.isDone();
  }

  void fail(ConsensusException why) {
    done.completeExceptionally(why);
  }

  private void propose(Membership next) {
    if (!leader.propose(next)) {
      fail(
          new ConsensusException.DiskFull(
              "the leader's disk has no room for a change of the membership; repeat the request"
                  + " when it has"));
    }
  }

  private void stepAdd(Member target, long now) {
    Membership membership = raft.membership();
    Member present = membership.find(id);
    if (present == null) {
      propose(membership.with(target.withVoter(false)));
    } else if (!present.node().equals(target.node())) {
      fail(
          new ConsensusException.MembershipRefused(
              "member " + id + " has another data directory: remove it first, then join again"));
    } else if (!present.raft().equals(target.raft()) || !present.http().equals(target.http())) {
      propose(membership.with(target.withVoter(present.voter())));
    } else if (present.voter()) {
      done.complete(membership);
    } else if (leader.caughtUp(present.node(), CAUGHT_UP_ENTRIES, now)) {
      propose(membership.with(target.withVoter(true)));
    }
  }

  private void stepRemove(long now) {
    Membership membership = raft.membership();
    Member present = membership.find(id);
    if (present == null) {
      done.complete(membership);
      return;
    }
    Membership rest = membership.without(id);
    if (rest.voters().isEmpty()) {
      fail(new ConsensusException.MembershipRefused("member " + id + " is the last voter"));
    } else if (!leader.quorum.heardSince(rest, began)) {
      // Effective when appended, the entry needs a majority of the rest: who answered before the
      // request may have died since.
      if (now - began >= raft.timing.election()) {
        fail(
            new ConsensusException.MembershipRefused(
                "without member " + id + " no majority of the rest would be alive"));
      }
    } else if (present.node().equals(raft.self)) {
      leader.transfer("", now);
      fail(
          new ConsensusException.NoLeader("the leader hands over before it is removed; ask again"));
    } else {
      propose(rest);
    }
  }
}
