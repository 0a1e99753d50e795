package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Faults while the members change. */
final class MemberFaults {

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;

  /** How many disks have been wiped. */
  long wiped;

  MemberFaults(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
  }

  /**
   * A disk is wiped. The node comes back as a stranger, with another incarnation: it is removed,
   * and joins. One at a time, and not one of two: the others could do nothing without it. A node
   * that is down may know already that they are one less. And not while they differ in who the
   * members are: who is a voter for some and a learner for others may be the one whose vote is
   * needed, and may have the longest log of all. Nor while one is about to be removed, who may be
   * needed when this one is gone.
   */
  void wipe(SimNode n) {
    List<SimNode> up = cluster.nodes.values().stream().filter(SimNode::up).toList();
    boolean allUp = up.size() == cluster.nodes.size();
    Set<Membership> beliefs = new HashSet<>();
    up.forEach(x -> beliefs.add(x.raft().membership()));
    beliefs.remove(Membership.EMPTY);
    int least = allUp ? 3 : 4;
    boolean removing = up.stream().anyMatch(x -> x.requests.removesMembers());
    if (removing || !n.up() || beliefs.size() != 1 || !canMiss(beliefs.iterator().next(), least)) {
      return;
    }
    Member old = memberOf(n);
    NodeId id = new NodeId(n.id.id(), random.nextLong());
    Member comer = new Member(id, old.raft(), old.http(), false);
    wiped++;
    n.wipe();
    cluster.nodes.remove(n.id);
    SimNode stranger = new SimNode(cluster, id, Membership.EMPTY);
    cluster.nodes.put(id, stranger);
    cluster.after(random.nextLong(100 * MILLI), stranger::start);
    cluster.removeEverywhere(id.id());
    cluster.after(400 * MILLI, () -> cluster.addEverywhere(comer));
  }

  /**
   * A disk rots. One at a time: two nodes may lose what only they had. And not when the others are
   * as many as needed: they could do nothing without it.
   */
  void rot(SimNode n) {
    boolean sound = cluster.nodes.values().stream().allMatch(SimNode::mayVote);
    boolean up = cluster.nodes.values().stream().allMatch(SimNode::up);
    if (up && sound && canMiss(n.raft().membership(), 3)) {
      n.rot();
      cluster.othersNotice(n.id);
      cluster.after(random.nextLong(100 * SimCluster.MILLI), n::start);
    }
  }

  private boolean canMiss(Membership membership, int least) {
    List<Member> voters = membership.voters();
    return voters.size() >= least
        && voters.stream().allMatch(v -> cluster.nodes.containsKey(v.node()));
  }

  private static Member memberOf(SimNode n) {
    Member known = n.raft().membership().find(n.id);
    HostPort nowhere = new HostPort("none", 1);
    return known == null ? new Member(n.id, nowhere, nowhere, false) : known;
  }

  /** Several members are removed in a row, and the leader is cut off with one of the rest. */
  void hastyChanges() {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (!leader.running()) {
      return;
    }
    List<NodeId> others =
        new ArrayList<>(leader.raft().membership().voters().stream().map(Member::node).toList());
    others.remove(leader.id);
    if (others.size() < 2) {
      cluster.join();
      return;
    }
    Collections.shuffle(others, random);
    Set<NodeId> side = new HashSet<>(List.of(leader.id, others.get(0)));
    others.stream().skip(1).limit(others.size() - 2).forEach(o -> leader.requests.remove(o.id()));
    long away = random.nextLong(2 * network.maxDelay + 20 * MILLI);
    cluster.after(away, () -> network.separate(side));
    cluster.after(away + random.nextLong(1200 * MILLI), network::mend);
    cluster.after(away + 1300 * MILLI, cluster::join);
  }

  /** A leader reaches nobody but a node that joins, and dies; the others go on without both. */
  void onlyALearnerIsReached() {
    NodeId learner = cluster.join();
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (learner != null) {
      cluster.after(
          random.nextLong(100 * MILLI),
          () -> network.separate(new HashSet<>(List.of(leader.id, learner))));
      cluster.after(
          (100 + random.nextLong(200)) * MILLI,
          () -> {
            cluster.crashIfUp(leader);
            network.mend();
            SimNode joined = cluster.nodes.get(learner); // Its disk may be gone by now.
            if (joined != null) {
              network.isolate(joined, 2);
            }
          });
    }
  }
}
