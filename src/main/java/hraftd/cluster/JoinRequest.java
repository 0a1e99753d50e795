package hraftd.cluster;

import hraftd.raft.HostPort;
import hraftd.raft.MemberId;

/**
 * A request to add a node, or to move a member to other addresses.
 *
 * @param id the member's id
 * @param raft where its peers reach it
 * @param http where clients reach it, and where it is asked who it is
 * @param voter false for a learner: a full copy that does not count
 */
public record JoinRequest(MemberId id, HostPort raft, HostPort http, boolean voter) {}
