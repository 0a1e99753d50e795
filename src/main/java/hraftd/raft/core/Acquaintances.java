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
  private Membership newest = Membership.EMPTY;
  private Membership committed = Membership.EMPTY;
  private @Nullable NodeId leader;
  private Set<NodeId> nodes = Set.of();
  private long heardAt;

  Acquaintances(Raft raft, long now) {
    this.raft = raft;
    heardAt = now;
  }

  /**
   * Those it takes for members; empty if it knows none. The same object while they are the same.
   */
  Set<NodeId> members() {
    Membership nowNewest = raft.membership();
    Membership nowCommitted = raft.configurations.at(raft.commitIndex());
    NodeId nowLeader = raft.leader();
    if (!nowNewest.equals(newest)
        || !nowCommitted.equals(committed)
        || !Objects.equals(nowLeader, leader)) {
      newest = nowNewest;
      committed = nowCommitted;
      leader = nowLeader;
      Set<NodeId> all = new HashSet<>();
      for (Membership membership : raft.configurations.from(raft.commitIndex())) {
        membership.members().stream().map(Member::node).forEach(all::add);
      }
      newest.members().stream().map(Member::node).forEach(all::add);
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
  void tick(long now) {
    if (raft.role().hearsLeader()) {
      heardAt = now;
    }
  }

  /** True if it has heard no leader for so long that there may be one that it does not know. */
  boolean lost(long now) {
    return !raft.role().hearsLeader() && now - heardAt > LOST_ELECTIONS * raft.timing.election();
  }
}
