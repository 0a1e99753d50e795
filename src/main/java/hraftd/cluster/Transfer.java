package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another voter lead (dissertation, section 3.10). Any node takes the request; the leader
 * hands over. All methods block.
 */
final class Transfer {

  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  /** A member that another one is elected before is tried again so often: each is an election. */
  private static final int MAX_ATTEMPTS = 3;

  /** Who has been silent for longer than any election takes has no election to win. */
  private static final Duration SILENT = Duration.ofSeconds(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final LeaderCall leader;

  Transfer(LocalNode local, Peers peers) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    leader = new LeaderCall(local);
  }

  /**
   * Has the leader hand over, and says who leads then: the member that was asked for. Nothing
   * happens if that one leads already.
   *
   * @param to the member to lead; empty: the voter with the longest log of those that answer
   * @throws ClusterException {@code NOT_FOUND} if there is no such member, {@code CONFLICT} if it
   *     may not lead or another one was elected again and again, {@code UNREACHABLE} if it has been
   *     silent, {@code NOT_SUPPORTED}, {@code NO_LEADER}, {@code TIMEOUT}
   * @throws ConsensusException the same, of this node's consensus
   */
  Leadership run(Optional<MemberId> to, Deadline deadline) {
    Consensus consensus = local.consensus();
    consensus.checkLeadershipCanMove();
    Leadership now = to.isPresent() ? leadsAlready(consensus, to.get(), deadline) : null;
    if (now != null) {
      return now;
    }
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      HostPort asked = askLeader(consensus, to, deadline);
      now = confirmed(consensus, deadline);
      if (to.isPresent()
          ? now.leader().id().equals(to.get().text())
          : !now.leader().http().equals(asked)) {
        return now;
      }
    }
    throw ClusterException.conflict(
        (to.isPresent() ? "member " + to.get() : "another member")
            + " was to lead, but member "
            + (now == null ? "" : now.leader().id())
            + " does: try again");
  }

  /**
   * Who leads, if that is the member that is to; null if it is not, or nobody does. One that cannot
   * lead is refused here, as a leader of 1.0 or 1.1 does not look, and makes somebody else lead.
   */
  private @Nullable Leadership leadsAlready(Consensus consensus, MemberId to, Deadline deadline) {
    RaftStatus status = consensus.status();
    Member known = status.leader();
    try {
      if (known != null && known.id().equals(to.text())) {
        Leadership now = confirm(consensus, deadline);
        return now.leader().id().equals(to.text()) ? now : null;
      }
      if (!isVoter(status, to)) {
        await.result(consensus.readBarrier(deadline), deadline, "the newest members");
        voter(consensus.status(), to);
      }
    } catch (ConsensusException.NoLeader e) {
      // The next one is looked for, and asked.
    }
    return null;
  }

  private static boolean isVoter(RaftStatus status, MemberId id) {
    Member member = status.membership().find(id.text());
    return member != null && member.voter();
  }

  /** The member that is to lead, if it may. */
  private static Member voter(RaftStatus status, MemberId id) {
    Member member = status.membership().find(id.text());
    if (member == null) {
      throw Members.unknown(id);
    }
    if (!member.voter()) {
      throw ClusterException.conflict("member " + id + " has no vote: it cannot lead");
    }
    return member;
  }

  /** Gives the HTTP address of the leader that has handed over, or that was asked for itself. */
  private HostPort askLeader(Consensus consensus, Optional<MemberId> to, Deadline deadline) {
    try {
      return leader.call(
          /* forwarded= */ false,
          deadline,
          () -> handedOver(consensus, to, deadline),
          http -> peers.handOver(http, to, deadline).thenApply(done -> http));
    } catch (ClusterException e) {
      if (to.isEmpty() && e.relayed() && e.kind() == Kind.BAD_REQUEST) {
        throw new ClusterException(
            Kind.NOT_SUPPORTED,
            "the leader is of an older version, which wants to be told who is to lead: name a"
                + " member");
      }
      throw e;
    }
  }

  private HostPort handedOver(Consensus consensus, Optional<MemberId> to, Deadline deadline) {
    Member self = consensus.status().leader();
    try {
      handOver(to, deadline);
    } catch (ClusterException e) {
      if (e.kind() == Kind.NO_LEADER) {
        throw new ConsensusException.NoLeader(
            e.detail()); // Just now it did: the next one is asked.
      }
      throw e;
    }
    return self == null ? local.place().httpForOthers() : self.http();
  }

  /**
   * Who leads, as of a moment after the call: a majority has confirmed somebody while this node
   * knew of no change.
   */
  private Leadership confirmed(Consensus consensus, Deadline deadline) {
    try {
      return confirm(consensus, deadline);
    } catch (ConsensusException.NoLeader e) {
      // It has handed over, and that may still come to something.
      throw new ConsensusException.LeaderChanged(String.valueOf(e.getMessage()));
    }
  }

  private Leadership confirm(Consensus consensus, Deadline deadline) {
    while (true) {
      RaftStatus before = consensus.status();
      await.result(consensus.readBarrier(deadline), deadline, "the leader");
      RaftStatus after = consensus.status();
      Member leads = after.leader();
      if (leads != null && leads.equals(before.leader()) && after.term() == before.term()) {
        return new Leadership(leads, after.term());
      }
      await.pause(BETWEEN_LOOKS);
    }
  }

  /**
   * Lets another member lead; only on the leader. Done when this node sees another leader, which
   * need not be the one.
   *
   * @param to the member to lead; empty: the voter with the longest log of those that answer
   * @throws ClusterException {@code NOT_FOUND} if there is no such member, {@code CONFLICT} if it
   *     may not lead, {@code UNREACHABLE} if it has been silent, {@code NO_LEADER} if this node
   *     does not: nothing has happened then
   */
  void handOver(Optional<MemberId> to, Deadline deadline) {
    Consensus consensus = local.consensus();
    consensus.checkLeadershipCanMove();
    RaftStatus status = consensus.status();
    if (status.role() != RaftStatus.Role.LEADER) {
      throw new ClusterException(Kind.NO_LEADER, "this node does not lead");
    }
    String id = to.map(MemberId::text).orElse("");
    if (to.isPresent()) {
      Member member = voter(status, to.get());
      if (member.node().equals(status.self())) {
        return;
      }
      refuseSilent(status, List.of(member));
    } else {
      refuseSilent(
          status,
          status.membership().voters().stream()
              .filter(member -> !member.node().equals(status.self()))
              .toList());
    }
    String who = to.isPresent() ? "member " + id : "another member";
    LOG.info("{} is to lead, as somebody asked for it", who);
    await.result(consensus.transferLeadership(id, deadline), deadline, who + " to lead");
  }

  /** Refuses if none of these has been heard of lately. */
  private static void refuseSilent(RaftStatus status, List<Member> successors) {
    if (successors.isEmpty()) {
      throw ClusterException.conflict("no other member has a vote: nobody else can lead");
    }
    if (successors.stream().allMatch(member -> isSilent(status, member))) {
      throw new ClusterException(
          Kind.UNREACHABLE,
          (successors.size() == 1
                  ? "member " + successors.get(0).id() + " has"
                  : "the other voters have")
              + " not answered for more than "
              + SILENT.toSeconds()
              + " s: nobody else can lead");
    }
  }

  private static boolean isSilent(RaftStatus status, Member member) {
    return status.peers().stream()
        .anyMatch(
            peer ->
                peer.member().node().equals(member.node())
                    && peer.sinceContact().compareTo(SILENT) > 0);
  }
}
