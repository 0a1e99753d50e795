package hraftd.raft.core;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node takes for a member: those of the newest committed configuration that it knows, of
 * all behind it in its log, as any of them may turn out to hold (4.1), and the leader that it
 * follows, who may be newer than all of these. All others are strangers, who may ask for votes and
 * answer, and nothing else ({@link Message#mayBeAStrangers}). Owned by the Raft thread.
 */
final class Acquaintances {

  /**
   * For so many election timeouts without a leader's word this node believes that its
   * configurations hold: after that, in which two elections have had their time, they may be so old
   * that the leader is in none of them, and whoever leads is listened to.
   */
  private static final int LOST_ELECTIONS = 2;

  private final Raft raft;

  /**
   * What {@link #nodes} is made from: which configurations, which of them is committed, who leads.
   */
  private long changes = -1;

  private long committed;
  private @Nullable NodeId leader;
  private Set<NodeId> nodes = Set.of();
  private long heardAt;

  Acquaintances(Raft raft) {
    this.raft = raft;
    heardAt = raft.host.listenedNanos();
  }

  /**
   * Those it takes for members; empty if it knows none. The same object while they are the same.
   */
  Set<NodeId> members() {
    long nowChanges = raft.configurations.changes();
    long nowCommitted = raft.configurations.indexAt(raft.commitIndex());
    NodeId nowLeader = raft.leader();
    if (nowChanges != changes || nowCommitted != committed || !Objects.equals(nowLeader, leader)) {
      changes = nowChanges;
      committed = nowCommitted;
      leader = nowLeader;
      Set<NodeId> all = new HashSet<>();
      for (Membership membership : raft.configurations.from(raft.commitIndex())) {
        membership.members().stream().map(Member::node).forEach(all::add);
      }
      raft.membership().members().stream().map(Member::node).forEach(all::add);
      if (leader != null && !all.isEmpty()) {
        all.add(leader);
      }
      if (!all.equals(nodes)) {
        nodes = Set.copyOf(all);
      }
    }
    return nodes;
  }

  /** True for all who are not members; false for everybody if it knows none: it is to join. */
  boolean isStranger(NodeId node) {
    Set<NodeId> known = members();
    return !known.isEmpty() && !known.contains(node);
  }

  /** Called now and then: notes whether a leader is heard. */
  void tick() {
    if (raft.role().hearsLeader()) {
      heardAt = raft.host.listenedNanos();
    }
  }

  /** True if it has heard no leader for so long that there may be one that it does not know. */
  boolean lost() {
    long silence = raft.host.listenedNanos() - heardAt;
    return !raft.role().hearsLeader() && silence > LOST_ELECTIONS * raft.timing.election();
  }
}
