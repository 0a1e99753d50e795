package hraftd.cluster;

import hraftd.raft.Member;
import hraftd.raft.Membership;

/** A cluster that serves: the answer to setup. */
public record Formed(String clusterId, Member leader, Membership members) {}
