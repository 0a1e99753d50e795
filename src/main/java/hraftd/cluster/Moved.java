package hraftd.cluster;

import hraftd.raft.Member;

/**
 * Tells a node where a member is now.
 *
 * @param clusterId of the cluster that both belong to
 * @param member who has moved, with its new addresses
 */
public record Moved(String clusterId, Member member) {}
