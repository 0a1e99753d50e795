package hraftd.cluster;

import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import java.util.List;

/**
 * A valid request to form a cluster: every node that is to be a member. At least one; the first is
 * to lead. No id, HTTP address or Raft address occurs twice.
 */
public record SetupRequest(List<Named> nodes) {

  /** A bound on what one request may ask this node to contact; larger clusters are a mistake. */
  static final int MAX_NODES = 31;

  /** A node as the request names it. */
  public record Named(MemberId id, HostPort http, HostPort raft) {}

  /** The node that is to lead. */
  public Named leader() {
    return nodes.get(0);
  }
}
