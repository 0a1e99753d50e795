package hraftd.cluster;

import hraftd.raft.Consensus;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Finds out whether the members that stay could go on without one that leaves. All block. */
final class RestOfMembers {

  private final Await await;
  private final Peers peers;

  RestOfMembers(Await await, Peers peers) {
    this.await = await;
    this.peers = peers;
  }

  /**
   * Asks the rest whether they are there. Consensus looks as well, but a member that died just now
   * still counts there, and a removal that was begun and cannot be committed stops the cluster.
   *
   * @throws ClusterException {@code CONFLICT} if too few answer; says who does not
   */
  void refuseWithoutMajority(Member leaving, Consensus consensus, Deadline deadline) {
    RaftStatus status = consensus.status();
    Membership rest = status.membership().without(leaving.id());
    if (rest.voters().isEmpty()) {
      throw ClusterException.conflict("member " + leaving.id() + " is the last voter");
    }
    Deadline soon = await.forAnAnswer(deadline);
    Map<Member, CompletableFuture<Description>> asked = new LinkedHashMap<>();
    for (Member voter : rest.voters()) {
      if (!voter.node().equals(status.self())) {
        asked.put(voter, peers.describe(voter.http(), soon));
      }
    }
    List<String> silent = new ArrayList<>();
    asked.forEach(
        (voter, answer) -> {
          if (!isThere(voter, answer, soon)) {
            silent.add(voter.id());
          }
        });
    if (rest.voters().size() - silent.size() < rest.quorum()) {
      throw ClusterException.conflict(
          "without member "
              + leaving.id()
              + " no majority of the rest would be alive: no answer from "
              + String.join(", ", silent));
    }
  }

  /** True if the very node answers that the member is. */
  boolean isThere(Member member, CompletableFuture<Description> answer, Deadline deadline) {
    try {
      return await.result(answer, deadline, "member " + member.id()).incarnation()
          == member.node().incarnation();
    } catch (ClusterException e) {
      return false;
    }
  }
}
