package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Watches consensus and keeps the newest members on disk, logs who leads, and finds out if this
 * node was removed while it was away: members without it do not talk to it any more.
 *
 * <p>Run every {@link #INTERVAL} on one thread; {@link #confirmed} may be called by any.
 */
final class MembershipKeeper implements Runnable {

  private static final BoundedLog LOG =
      new BoundedLog(LoggerFactory.getLogger(MembershipKeeper.class));

  static final Duration INTERVAL = Duration.ofMillis(200);

  /**
   * Without a word of a leader for so long, this node asks the others whether it still belongs to
   * them.
   */
  private static final Duration LONELY = Duration.ofSeconds(3);

  /** How long to wait before consensus that did not start is started again. */
  private static final Duration BETWEEN_STARTS = Duration.ofSeconds(5);

  /** How old a leader's confirmation may be for its members to count. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final LocalNode local;
  private final Await await;
  private final Peers peers;

  private long startedAt;
  private @Nullable Member lastLeader;
  private long lastTerm;
  private long leaderlessSince;

  /** What a peer's answer gave, for the next run: this thread may block, the peer's may not. */
  private volatile @Nullable Removal removal;

  MembershipKeeper(LocalNode local, Peers peers) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    startedAt = await.nanoTime();
    leaderlessSince = startedAt;
  }

  /**
   * The members, if this node leads and they are known to be committed; else null.
   *
   * @param status what consensus says now
   */
  static @Nullable Membership confirmed(RaftStatus status) {
    Duration behind = status.behind();
    boolean leads =
        status.role() == RaftStatus.Role.LEADER && behind != null && behind.compareTo(FRESH) <= 0;
    return leads && status.membershipIndex() <= status.commitIndex() ? status.membership() : null;
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    ClusterRecord record = local.record();
    if (consensus == null && record != null) {
      startAgain();
    }
    if (consensus == null || record == null) {
      return;
    }
    RaftStatus status = consensus.status();
    Removal told = removal;
    if (told != null || status.role() == RaftStatus.Role.REMOVED) {
      local.remove(told != null ? told : new Removal(record.clusterId(), record.self()));
      return;
    }
    if (!status.membership().members().isEmpty()) {
      local.remember(status.membership());
    }
    followLeader(status, record);
  }

  private void startAgain() {
    long now = await.nanoTime();
    if (now - startedAt < BETWEEN_STARTS.toNanos()) {
      return;
    }
    startedAt = now;
    try {
      local.startAgain();
    } catch (ClusterException e) {
      LOG.info("{}", e.detail());
    }
  }

  private void followLeader(RaftStatus status, ClusterRecord record) {
    Member leader = status.leader();
    long now = await.nanoTime();
    boolean heard = leader != null && !isSilent(status);
    if (heard) {
      leaderlessSince = now;
    }
    if (leader != null) {
      boolean another = lastLeader == null || !lastLeader.node().equals(leader.node());
      if (another || lastTerm != status.term()) {
        LOG.info(
            "{} leads, term {}",
            leader.node().equals(status.self()) ? "this node" : "member " + leader.id(),
            status.term());
      }
    } else if (lastLeader != null) {
      LOG.info("no leader, term {}", status.term());
    }
    lastLeader = leader;
    lastTerm = status.term();
    if (!heard && now - leaderlessSince > LONELY.toNanos()) {
      leaderlessSince = now;
      askWhetherRemoved(record);
    }
  }

  /** Who may not campaign knows its last leader for ever, also one that does not talk to it now. */
  private static boolean isSilent(RaftStatus status) {
    Duration behind = status.behind();
    return behind != null && behind.compareTo(LONELY) > 0;
  }

  private void askWhetherRemoved(ClusterRecord record) {
    if (record.selfMember() == null) {
      return; // Not added yet.
    }
    for (Member member : record.newest().members()) {
      if (!member.node().equals(record.self())) {
        var unused =
            peers
                .describe(member.http(), await.after(LONELY))
                .whenComplete(
                    (description, failure) -> {
                      if (description != null) {
                        believe(description, record);
                      } else if (failure instanceof ClusterException e
                          && e.kind() != Kind.UNREACHABLE) {
                        LOG.info("member {}: {}", member.id(), e.detail());
                      }
                    });
      }
    }
  }

  /** Only a leader with a quorum behind it knows; anybody else may be behind. */
  void believe(Description description, ClusterRecord record) {
    if (description.leads()
        && record.clusterId().equals(description.clusterId())
        && description.members().find(record.self()) == null) {
      removal = new Removal(record.clusterId(), record.self());
    }
  }
}
