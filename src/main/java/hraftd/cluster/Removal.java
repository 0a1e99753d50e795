package hraftd.cluster;

import hraftd.raft.NodeId;

/** Tells a node that it is no longer a member of a cluster. */
public record Removal(String clusterId, NodeId node) {}
