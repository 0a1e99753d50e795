package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Adds, moves and removes members of a running cluster, one change at a time. Any node takes the
 * request; the leader does it. All methods block.
 */
final class Members {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Members.class));

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final Activity progress;
  private final RestOfMembers rest;
  private final LeaderCall leader;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  Members(LocalNode local, Peers peers, Activity progress) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    this.progress = progress;
    rest = new RestOfMembers(local.await(), peers);
    leader = new LeaderCall(local);
  }

  /**
   * Adds a member, or moves one.
   *
   * @param forwarded true if another node handed the request to this one as to the leader
   */
  Membership join(JoinRequest request, boolean forwarded, Deadline deadline) {
    local.consensus().checkMembersCanChange();
    return leader.call(
        forwarded,
        deadline,
        () -> alone(deadline, () -> add(request, deadline)),
        http ->
            peers
                .join(http, request, /* toLeader= */ true, deadline)
                .thenApply(after -> Replacements.checked(request, after)));
  }

  /**
   * Removes a member.
   *
   * @param forwarded true if another node handed the request to this one as to the leader
   */
  Membership remove(MemberId id, boolean forwarded, Deadline deadline) {
    local.consensus().checkMembersCanChange();
    AtomicInteger attempts = new AtomicInteger();
    boolean wasMember = local.consensus().status().membership().find(id.text()) != null;
    try {
      return leader.call(
          forwarded,
          deadline,
          () -> {
            attempts.incrementAndGet();
            return alone(deadline, () -> take(id, deadline));
          },
          http -> {
            attempts.incrementAndGet();
            return peers.remove(http, id, deadline);
          });
    } catch (ClusterException e) {
      if (e.kind() == Kind.NOT_FOUND && wasMember && attempts.get() > 1) {
        // An earlier attempt has done it, and its leader could not say so any more.
        return local.consensus().status().membership().without(id.text());
      }
      throw e;
    }
  }

  private Membership alone(Deadline deadline, Supplier<Membership> change) {
    if (!await.lock(oneAtATime, deadline)) {
      throw ClusterException.conflict("another change of members is under way: try again");
    }
    try {
      return change.get();
    } finally {
      progress.done();
      oneAtATime.unlock();
    }
  }

  private Membership add(JoinRequest request, Deadline deadline) {
    Consensus consensus = local.consensus();
    ClusterRecord own = ownRecord();
    progress.waitFor("join: asking " + request.http() + " who it is");
    Deadline soon = await.forAnAnswer(deadline);
    Description node = await.result(peers.describe(request.http(), soon), soon, "the new node");
    Member member =
        new Member(
            new NodeId(request.id().text(), node.incarnation()),
            request.raft(),
            request.http(),
            request.voter());
    RaftStatus seen = consensus.status();
    Membership now = seen.membership();
    refuseUnfit(member, node, now, own.clusterId());
    if (now.find(member.node()) != null && node.state() == Description.State.WAITING) {
      throw ClusterException.conflict(
          "the node at "
              + request.http()
              + " was member "
              + request.id()
              + " and has lost what it kept: empty its whole data directory, and let it join anew");
    }
    Member replaced = Replacements.replaced(request, member, now);
    if (replaced == null && member.voter() && member.equals(now.find(member.node()))) {
      return done(consensus.add(member, deadline), seen, deadline, "member " + member.id());
    }
    replaceLost(member, now, consensus, deadline);
    // A member that moved is asked as well: it checks that the addresses are its own.
    progress.waitFor("join: preparing " + request.http());
    await.result(
        peers.reserve(
            request.http(),
            new Reservation(own.clusterId(), node.incarnation(), request.http(), request.raft()),
            soon),
        soon,
        "the new node");
    FormRequest form =
        new FormRequest(own.clusterId(), member.node(), Membership.EMPTY, now, /* lead= */ false);
    if (node.state() == Description.State.WAITING) {
      await.result(peers.form(request.http(), form, deadline), deadline, "the new node");
    }
    progress.waitFor("join: member " + request.id() + " is catching up");
    Membership after =
        done(
            replaced == null
                ? consensus.add(member, deadline)
                : consensus.replace(member, replaced.node(), deadline),
            seen,
            deadline,
            "member " + request.id() + " to catch up");
    LOG.info("member {} at {} (Raft {}) is in", request.id(), request.http(), request.raft());
    return replaced == null ? after : take(new MemberId(replaced.id()), deadline);
  }

  /**
   * Finishes what the configuration says of one member that takes another's place; only on the
   * leader, and only if no other change is under way here, which may be that one.
   */
  void finish(NodeId by, NodeId replaced, Deadline deadline) {
    if (!oneAtATime.tryLock()) {
      return;
    }
    try {
      Consensus consensus = local.consensus();
      RaftStatus status = consensus.status();
      Member member = status.membership().find(by);
      if (status.role() != RaftStatus.Role.LEADER
          || member == null
          || !replaced.equals(status.membership().replacements().get(by))) {
        return;
      }
      if (!member.voter()) {
        progress.waitFor("join: member " + by.id() + " is catching up");
        await.result(
            consensus.replace(member.withVoter(true), replaced, deadline),
            deadline,
            "member " + by.id() + " to catch up");
      }
      take(new MemberId(replaced.id()), deadline);
      LOG.info("member {} has taken the place of member {}", by.id(), replaced.id());
    } finally {
      progress.done();
      oneAtATime.unlock();
    }
  }

  private static void refuseUnfit(
      Member member, Description node, Membership now, String clusterId) {
    String where = "the node at " + member.http();
    if (node.clusterId() != null && !node.clusterId().equals(clusterId)) {
      throw new ClusterException(
          Kind.ALREADY_SET_UP, where + " belongs to another cluster, " + node.clusterId());
    }
    if (node.state() == Description.State.REMOVED || now.wasRemoved(member.node())) {
      throw ClusterException.conflict(
          where + " was removed from this cluster: empty its data directory and start it anew");
    }
    if (node.memberId() != null && !node.memberId().equals(member.id())) {
      throw ClusterException.conflict(where + " is member " + node.memberId() + " already");
    }
    Member before = now.find(member.node());
    if (before != null && before.voter() && !member.voter()) {
      throw ClusterException.conflict(
          "member " + member.id() + " votes: to make it a learner remove it, and let it join anew");
    }
    for (Member other : now.members()) {
      boolean sameRaft = Addresses.same(other.raft(), member.raft());
      if (!other.id().equals(member.id())
          && (sameRaft || Addresses.same(other.http(), member.http()))) {
        throw ClusterException.conflict(
            "member "
                + other.id()
                + " has the address "
                + (sameRaft ? other.raft() : other.http())
                + " already");
      }
    }
  }

  /**
   * If the id belongs to a node that is lost (its directory was wiped: the new node has another
   * incarnation), that one is removed first. It may not come back as a voter: it has forgotten what
   * it promised.
   */
  private void replaceLost(Member member, Membership now, Consensus consensus, Deadline deadline) {
    Member before = now.find(member.id());
    if (before == null || before.node().equals(member.node())) {
      return;
    }
    Deadline soon = await.forAnAnswer(deadline);
    if (before.node().equals(consensus.status().self())
        || rest.isThere(before, peers.describe(before.http(), soon), soon)) {
      throw ClusterException.conflict(
          "member " + member.id() + " is alive at " + before.http() + ": use another id");
    }
    LOG.warn(
        "member {} has lost its data directory: {} is removed, {} added",
        member.id(),
        before.node(),
        member.node());
    progress.waitFor("join: removing the lost member " + before.node());
    rest.refuseWithoutMajority(before, consensus, deadline);
    await.result(consensus.remove(before.id(), deadline), deadline, "the lost member's removal");
  }

  private Membership take(MemberId id, Deadline deadline) {
    Consensus consensus = local.consensus();
    RaftStatus seen = consensus.status();
    Member member = seen.membership().find(id.text());
    if (member == null) {
      done(consensus.remove(id.text(), deadline), seen, deadline, "the newest members");
      throw unknown(id);
    }
    progress.waitFor("remove: waiting for the removal of member " + id);
    rest.refuseWithoutMajority(member, consensus, deadline);
    Membership after =
        done(consensus.remove(id.text(), deadline), seen, deadline, "the removal of member " + id);
    LOG.info("member {} is removed", id);
    Deadline soon = await.forAnAnswer(deadline);
    try {
      await.result(
          peers.removed(member.http(), new Removal(ownRecord().clusterId(), member.node()), soon),
          soon,
          "the removed node");
    } catch (ClusterException e) {
      LOG.info("removed member {} was not told: {}", id, e.detail());
    }
    return after;
  }

  /**
   * The members after a change, committed. If there was nothing to change, nothing was committed
   * that would show that this node still leads; one that does not, and has not heard of it, knows
   * members of long ago. A majority is asked then.
   *
   * @param seen what the change was decided by
   * @throws ConsensusException.NoLeader if this node leads no more, or in another term
   */
  private Membership done(
      CompletableFuture<Membership> change, RaftStatus seen, Deadline deadline, String what) {
    Membership after = await.result(change, deadline, what);
    if (after.equals(seen.membership())) {
      Consensus consensus = local.consensus();
      await.result(consensus.readBarrier(deadline), deadline, "the newest members");
      RaftStatus status = consensus.status();
      if (status.role() != RaftStatus.Role.LEADER || status.term() != seen.term()) {
        throw new ConsensusException.NoLeader("the leader has changed");
      }
    }
    return after;
  }

  private ClusterRecord ownRecord() {
    ClusterRecord record = local.record();
    if (record == null) {
      throw ClusterException.notSetUp();
    }
    return record;
  }

  static ClusterException unknown(MemberId id) {
    return new ClusterException(Kind.NOT_FOUND, "no member has the id '" + id + "'");
  }
}
