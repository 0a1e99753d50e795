package hraftd.cluster;

import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * A request to add a node, or to move a member to other addresses.
 *
 * @param id the member's id
 * @param raft where its peers reach it
 * @param http where clients reach it, and where it is asked who it is
 * @param voter false for a learner: a full copy that does not count
 * @param replaces the member that goes once this one votes; null for nobody. The member's own id
 *     means one whose directory is lost, as null does
 */
public record JoinRequest(
    MemberId id, HostPort raft, HostPort http, boolean voter, @Nullable MemberId replaces) {

  /** In nobody's place. */
  JoinRequest(MemberId id, HostPort raft, HostPort http, boolean voter) {
    this(id, raft, http, voter, null);
  }
}
