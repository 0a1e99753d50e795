package hraftd.raft.core;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a majority of the voters has, has heard and has confirmed, as their leader knows: every
 * question that may only be answered by counting voters is asked here (3.5, 6.2, 6.4). The leader
 * counts as one of them if it is a voter; learners never count. Owned by the Raft thread.
 */
final class Quorum {

  private final Raft raft;

  private final Replicas peers;

  /** Counts what this leader knows of the voters. */
  Quorum(Leader leader) {
    this.raft = leader.raft;
    this.peers = leader.peers;
  }

  /** The highest index that a majority has on its disks. */
  long match() {
    List<Member> voters = raft.membership().voters();
    long[] matches = new long[voters.size()];
    for (int i = 0; i < matches.length; i++) {
      matches[i] = match(voters.get(i).node());
    }
    Arrays.sort(matches);
    return matches[matches.length - raft.membership().quorum()];
  }

  /** The highest index that is known to be on this member's disk. */
  long match(NodeId node) {
    if (node.equals(raft.self)) {
      return ownMatch();
    }
    Progress peer = peers.get(node);
    return peer == null ? 0 : peer.match();
  }

  /** The leader counts itself like the others (10.2.1): what is on its disk. */
  private long ownMatch() {
    return raft.log.syncedIndex();
  }

  /** The last moment at which a majority, this node included, had been heard (6.2). */
  long contact(long now) {
    return now - youngest(Progress::contact, now);
  }

  /**
   * True if no majority was heard for an election timeout (6.2), of the time in which this node
   * could have heard it.
   */
  boolean isLost() {
    return youngest(Progress::heardAt, raft.host.listenedNanos()) >= raft.timing.election();
  }

  /** How old what a majority has said is at most, this node included. */
  private long youngest(ToLongFunction<Progress> moment, long now) {
    List<Member> voters = raft.membership().voters();
    long[] ages = new long[voters.size()];
    for (int i = 0; i < ages.length; i++) {
      Progress peer = peers.get(voters.get(i).node());
      ages[i] = peer == null ? 0 : now - moment.applyAsLong(peer);
    }
    Arrays.sort(ages);
    return ages[raft.membership().quorum() - 1];
  }

  /** True if so many voters' disks are nearly full that the others are no majority. */
  boolean isDiskFull() {
    Membership membership = raft.membership();
    int room = 0;
    for (Member voter : membership.voters()) {
      if (!isDiskFull(voter.node())) {
        room++;
      }
    }
    return room < membership.quorum();
  }

  private boolean isDiskFull(NodeId voter) {
    Progress peer = peers.get(voter);
    return peer == null ? voter.equals(raft.self) && raft.disk.nearlyFull() : peer.isDiskFull();
  }

  /** True if a majority has answered a message of this round of reads or of a later one (6.4). */
  boolean confirmed(long round) {
    int confirmed = 0;
    for (Member voter : raft.membership().voters()) {
      Progress peer = peers.get(voter.node());
      if (voter.node().equals(raft.self) || (peer != null && peer.confirmedRound() >= round)) {
        confirmed++;
      }
    }
    return confirmed >= raft.membership().quorum();
  }

  /**
   * True if a majority of this configuration, which need not be the one in force, has been heard
   * after this moment, of the time in which it could have been.
   */
  boolean heardSince(Membership membership, long moment) {
    return membership.voters().stream()
            .filter(v -> v.node().equals(raft.self) || heardSince(peers.get(v.node()), moment))
            .count()
        >= membership.quorum();
  }

  private static boolean heardSince(@Nullable Progress peer, long moment) {
    return peer != null && peer.heardAt() - moment > 0;
  }
}
