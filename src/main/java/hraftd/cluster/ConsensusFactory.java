package hraftd.cluster;

import hraftd.raft.Consensus;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;

/** Starts consensus on this node, with everything that does not depend on the cluster wired in. */
@FunctionalInterface
public interface ConsensusFactory {

  /**
   * Starts it.
   *
   * @param self who this node is
   * @param clusterId of the cluster it belongs to
   * @param initial the members to begin with if its log has none; empty for a node that joins
   * @param campaign true on the node that is to lead a new cluster
   * @throws IOException if a port is taken or a file cannot be used; the message is for the
   *     operator
   */
  Consensus open(NodeId self, String clusterId, Membership initial, boolean campaign)
      throws IOException;
}
