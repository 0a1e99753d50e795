package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whom a leader asks to confirm a round of reads. A round needs a quorum, and under load each
 * message more costs throughput: then those are asked that were the first to confirm an earlier
 * round, and the others only if these keep it waiting. Where few reads share a round, all are
 * asked, and the fastest serve them. Owned by the Raft thread.
 */
final class Confirmers {

  /** After so many rounds all are asked again, as others may have become faster. */
  private static final int ROUNDS_BETWEEN_COMPARISONS = 64;

  /** From so many reads in a round on, throughput matters more than the fastest answer. */
  private static final int MANY_READS = 8;

  private final Leader leader;
  private final long patience;
  private Set<NodeId> fastest = Set.of();
  private int roundsUntilComparison;
  private boolean all = true;
  private long askedAt;

  Confirmers(Leader leader) {
    this.leader = leader;
    this.patience = leader.raft.timing.heartbeat() / 5;
  }

  /** A round begins now, for so many reads. */
  void begin(int reads, long now) {
    askedAt = now;
    roundsUntilComparison--;
    all = reads < MANY_READS || roundsUntilComparison <= 0 || !suffice();
  }

  private boolean suffice() {
    Membership membership = leader.raft.membership();
    return fastest.size() + 1 >= membership.quorum()
        && fastest.stream().allMatch(membership::isVoter);
  }

  /** True if this peer is to be asked now; a peer that is not may confirm all the same. */
  boolean asks(NodeId peer, long now) {
    if (!all && now - askedAt >= patience) {
      all = true;
    }
    return all || fastest.contains(peer);
  }

  /** The round that began last is confirmed. */
  void end(long round) {
    if (!all) {
      return;
    }
    roundsUntilComparison = ROUNDS_BETWEEN_COMPARISONS;
    fastest =
        leader.peers.all().stream()
            .filter(peer -> peer.confirmedRound() >= round && peer.member().voter())
            .limit(leader.raft.membership().quorum() - 1)
            .map(peer -> peer.member().node())
            .collect(Collectors.toUnmodifiableSet());
  }
}
