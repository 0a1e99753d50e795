package hraftd.cluster;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;

/**
 * Tells a node that it belongs to a cluster now.
 *
 * @param clusterId which cluster
 * @param self who the node is in it
 * @param initial the members that the cluster begins with; empty if the node joins a running one
 * @param known the members to turn to
 * @param lead true for the node that is to lead a new cluster
 */
public record FormRequest(
    String clusterId, NodeId self, Membership initial, Membership known, boolean lead) {}
