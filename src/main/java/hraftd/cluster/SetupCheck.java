package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands against a setup: nodes that belong to something else already, or are not who they are
 * taken for. Decides from what is known; asks and changes nobody.
 */
final class SetupCheck {

  private SetupCheck() {}

  /** A node that belongs to a cluster takes part only in the setup of that one. */
  static void refuseOther(ClusterRecord record, SetupRequest request) {
    if (record.removed()) {
      throw ClusterException.removed(record.self().id(), record.clusterId());
    }
    if (!isSame(record.initial(), request) && !isSame(record.newest(), request)) {
      throw new ClusterException(
          Kind.ALREADY_SET_UP,
          "this node is member "
              + record.self().id()
              + " of cluster "
              + record.clusterId()
              + ", whose members are others: "
              + people(record.newest()));
    }
  }

  private static String people(Membership membership) {
    return String.join(
        ", ", membership.members().stream().map(m -> m.id() + " at " + m.http()).toList());
  }

  /** True if the request names exactly these members, however it writes their addresses. */
  static boolean isSame(Membership membership, SetupRequest request) {
    return membership.members().size() == request.nodes().size()
        && request.nodes().stream()
            .allMatch(
                n -> {
                  Member member = membership.find(n.id().text());
                  return member != null
                      && Addresses.same(member.http(), n.http())
                      && Addresses.same(member.raft(), n.raft());
                });
  }

  /** A node that was told before must have been told of the same members. */
  static void refuseMemberOfAnother(SetupRequest request, Named named, Description node) {
    if (node.state() == Description.State.REMOVED || !isSame(node.initial(), request)) {
      throw elsewhere(named, node);
    }
  }

  /** The cluster is set up: a node that it names and that answers has to be one of its members. */
  static void refuseStranger(Named named, Description node, ClusterRecord record) {
    if (node.state() == Description.State.MEMBER && record.clusterId().equals(node.clusterId())) {
      return;
    }
    if (node.clusterId() != null && !node.clusterId().equals(record.clusterId())) {
      throw elsewhere(named, node);
    }
    throw new ClusterException(
        Kind.CONFLICT,
        "cluster "
            + record.clusterId()
            + " is set up, and the node at "
            + named.http()
            + " is no member of it"
            + (node.state() == Description.State.REMOVED ? " any more" : "")
            + ": empty its data directory, and let it join");
  }

  private static ClusterException elsewhere(Named named, Description node) {
    return new ClusterException(
        Kind.ALREADY_SET_UP,
        "the node at "
            + named.http()
            + (node.state() == Description.State.REMOVED ? " was" : " is")
            + " member "
            + node.memberId()
            + " of another cluster, "
            + node.clusterId()
            + ": "
            + people(node.members()));
  }

  /**
   * Compares who answered with who is to be a member. Nobody was changed yet when this refuses.
   *
   * @param asked what the request's nodes say, in its order
   */
  static void check(
      SetupRequest request, List<Description> asked, String clusterId, Membership members) {
    Map<Long, Named> seen = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      Named named = request.nodes().get(i);
      Description node = asked.get(i);
      Named before = seen.put(node.incarnation(), named);
      if (before != null) {
        throw ClusterException.badRequest(
            "the addresses " + before.http() + " and " + named.http() + " are the same node");
      }
      NodeId as = new NodeId(named.id().text(), node.incarnation());
      if (node.clusterId() != null && !node.clusterId().equals(clusterId)) {
        throw elsewhere(named, node);
      }
      if (members.find(as) == null) {
        throw ClusterException.conflict(
            "the node at "
                + named.http()
                + " is not the one that is to be member "
                + named.id()
                + " of cluster "
                + clusterId
                + ": if its data directory was emptied, add it with /join");
      }
    }
  }
}
