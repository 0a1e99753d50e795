package hraftd.raft;

/**
 * One member of the cluster, as the replicated configuration has it.
 *
 * @param node who it is
 * @param raft where its peers reach it
 * @param http where clients reach it
 * @param voter false while it is a learner: it gets the log but does not count for a quorum
 */
public record Member(NodeId node, HostPort raft, HostPort http, boolean voter) {

  /** The id that users see. */
  public String id() {
    return node.id();
  }

  /** The same member as a voter or a learner. */
  public Member withVoter(boolean isVoter) {
    return new Member(node, raft, http, isVoter);
  }
}
