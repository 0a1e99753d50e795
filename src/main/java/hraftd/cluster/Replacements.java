package hraftd.cluster;

import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sees replacements of members through to their end on whichever node leads: the configuration says
 * who takes whose place, the one who asked for it may be gone, and so may the leader that began.
 *
 * <p>Run every {@link #INTERVAL} on one thread, which it does not hold up.
 */
final class Replacements implements Runnable {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Replacements.class));

  /** Long enough that whoever asked, and has the same done, is seldom met. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** How long one attempt may take: other changes of members wait for it. */
  private static final Duration ATTEMPT = Duration.ofSeconds(5);

  /** A new member without a vote that has been silent for longer is not waited for. */
  private static final Duration SILENT = Duration.ofSeconds(2);

  private final LocalNode local;
  private final Await await;
  private final Members members;
  private final Executor executor;
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * For this node.
   *
   * @param executor runs what blocks
   */
  Replacements(LocalNode local, Members members, Executor executor) {
    this.local = local;
    await = local.await();
    this.members = members;
    this.executor = executor;
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    if (consensus == null) {
      return;
    }
    RaftStatus status = consensus.status();
    if (status.role() != RaftStatus.Role.LEADER || status.membership().replacements().isEmpty()) {
      return;
    }
    if (busy.compareAndSet(false, true)) {
      try {
        executor.execute(() -> finishAll(status));
      } catch (RejectedExecutionException e) {
        busy.set(false); // Much is under way, or the node stops: the next run tries again.
      }
    }
  }

  private void finishAll(RaftStatus status) {
    try {
      status
          .membership()
          .replacements()
          .forEach(
              (by, replaced) -> {
                if (status.membership().isVoter(by) || answers(status, by)) {
                  finish(by, replaced);
                }
              });
    } finally {
      busy.set(false);
    }
  }

  private static boolean answers(RaftStatus status, NodeId node) {
    return status.peers().stream()
        .anyMatch(
            peer ->
                peer.member().node().equals(node) && peer.sinceContact().compareTo(SILENT) <= 0);
  }

  private void finish(NodeId by, NodeId replaced) {
    try {
      members.finish(by, replaced, await.after(ATTEMPT));
    } catch (ClusterException | ConsensusException e) {
      LOG.info(
          "member {} is to take the place of member {}: not yet: {}",
          by.id(),
          replaced.id(),
          e.getMessage());
    }
  }

  /**
   * The member that goes once the new one votes; null if none does, or does any more.
   *
   * @param by the new one
   * @throws ClusterException {@code NOT_FOUND} or {@code CONFLICT}, in words
   */
  static @Nullable Member replaced(JoinRequest request, Member by, Membership now) {
    MemberId id = request.replaces();
    if (id == null || id.equals(request.id())) {
      return null;
    }
    Member replaced = now.find(id.text());
    if (replaced == null) {
      if (by.equals(now.find(by.node()))) {
        return null; // The same request has done it before.
      }
      throw Members.unknown(id);
    }
    for (Map.Entry<NodeId, NodeId> other : now.replacements().entrySet()) {
      boolean same = other.getKey().id().equals(by.id());
      if (same != other.getValue().equals(replaced.node())) {
        throw ClusterException.conflict(
            "member "
                + other.getKey().id()
                + " is taking the place of member "
                + other.getValue().id()
                + " already: wait for that, or remove "
                + other.getKey().id());
      }
    }
    return replaced;
  }

  /**
   * The answer of the leader, which may be of hraftd 1.0 and know nothing of this.
   *
   * @throws ClusterException {@code CONFLICT} if the member is still there that was to go
   */
  static Membership checked(JoinRequest request, Membership after) {
    MemberId id = request.replaces();
    if (id != null && !id.equals(request.id()) && after.find(id.text()) != null) {
      throw ClusterException.conflict(
          "member "
              + request.id()
              + " is in, and the leader's version replaces nobody: remove member "
              + id
              + " now");
    }
    return after;
  }
}
