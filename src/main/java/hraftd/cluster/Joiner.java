package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.text.BoundedLog;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Asks the nodes of -join, in turn, to add this node to their cluster or to move it to its new
 * addresses, until one of them has done so.
 */
final class Joiner {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Joiner.class));

  /** How long one request may take: a new member with much to copy takes several. */
  private static final Duration ATTEMPT = Duration.ofSeconds(30);

  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final Activity progress;
  private final List<HostPort> targets;
  private final boolean voter;

  /**
   * For this node.
   *
   * @param targets whom to ask
   * @param voter false to join without a vote
   */
  Joiner(LocalNode local, Peers peers, Activity progress, List<HostPort> targets, boolean voter) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    this.progress = progress;
    this.targets = targets;
    this.voter = voter;
  }

  /** True unless this node is what it is to be already, under the addresses that it has now. */
  boolean isNeeded() {
    ClusterRecord record = local.record();
    if (record == null) {
      return true;
    }
    if (record.removed()) {
      return false;
    }
    Member self = record.selfMember();
    return self == null
        || (voter && !self.voter())
        || local.place().matchHttp(self.http()) != Addresses.Match.OWN
        || local.place().matchRaft(self.raft()) != Addresses.Match.OWN;
  }

  /**
   * Blocks until this node is a member or stops.
   *
   * @throws ClusterException if the request makes no sense to a node: asking again would not help
   */
  void run() {
    try {
      while (!local.isStopping()) {
        for (HostPort target : targets) {
          if (ask(target)) {
            return;
          }
        }
        await.pause(BETWEEN_ROUNDS);
      }
    } catch (ClusterException e) {
      if (e.kind() != Kind.SHUTTING_DOWN) {
        throw e;
      }
    } finally {
      progress.done();
    }
  }

  /** One that votes already, and has moved, goes on voting. */
  private boolean isVoter() {
    ClusterRecord record = local.record();
    Member self = record == null ? null : record.selfMember();
    return self != null && self.voter();
  }

  private boolean ask(HostPort target) {
    ClusterRecord record = local.record();
    Endpoints place = local.place();
    JoinRequest request =
        new JoinRequest(
            new MemberId(record == null ? place.name() : record.self().id()),
            place.raftFor(target),
            place.httpFor(target),
            voter || isVoter());
    progress.waitFor("join: waiting for " + target + " to add this node as " + request.id());
    Deadline deadline = await.after(ATTEMPT);
    try {
      Membership members =
          await.result(
              peers.join(target, request, /* toLeader= */ false, deadline), deadline, "join");
      LOG.info("joined through {}: {} members", target, members.members().size());
      return true;
    } catch (ClusterException e) {
      if (e.kind() == Kind.BAD_REQUEST
          || e.kind() == Kind.NOT_SUPPORTED
          || (e.kind() == Kind.SHUTTING_DOWN && !e.relayed())) {
        throw e;
      }
      LOG.info("join: {} does not add this node yet: {}", target, e.detail());
      return false;
    }
  }
}
