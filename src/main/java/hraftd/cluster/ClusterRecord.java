package hraftd.cluster;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of the cluster that it belongs to, as it is kept in the data directory.
 *
 * @param clusterId random, made by the node that set the cluster up
 * @param self who this node is in it
 * @param initial the members that the cluster began with; empty on a node that joined later
 * @param newest the newest members this node has heard of; where to look for them after a restart
 * @param removed true once this node is no longer a member: final
 * @param settled true once this node has seen the setup through to its end
 */
public record ClusterRecord(
    String clusterId,
    NodeId self,
    Membership initial,
    Membership newest,
    boolean removed,
    boolean settled) {

  /**
   * A new cluster of one node alone.
   *
   * @param http where it listens for clients; a wildcard becomes an address of this machine
   * @param raft where it listens for its peers; the same
   */
  public static ClusterRecord alone(NodeId self, HostPort http, HostPort raft) {
    Member member =
        new Member(self, Addresses.reachable(raft), Addresses.reachable(http), /* voter= */ true);
    Membership alone = new Membership(List.of(member));
    return new ClusterRecord(
        Setup.newClusterId(), self, alone, alone, /* removed= */ false, /* settled= */ true);
  }

  /** This node as the newest membership has it; null if it is not in there. */
  @Nullable Member selfMember() {
    return newest.find(self);
  }

  ClusterRecord withNewest(Membership membership) {
    return new ClusterRecord(clusterId, self, initial, membership, removed, settled);
  }

  ClusterRecord withRemoved() {
    return new ClusterRecord(clusterId, self, initial, newest, true, settled);
  }

  ClusterRecord withSettled() {
    return new ClusterRecord(clusterId, self, initial, newest, removed, true);
  }
}
