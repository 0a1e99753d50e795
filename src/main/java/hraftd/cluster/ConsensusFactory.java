package hraftd.cluster;

import hraftd.raft.Consensus;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Path;

/** Starts consensus on this node, with everything that does not depend on the cluster wired in. */
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

  /**
   * Begins a member's files, durably, before the node becomes one: from then on it has them, or has
   * lost them. Begun but empty ones are taken as they are.
   *
   * @throws IOException if there are entries or votes already, of a member that is not known any
   *     more, or they cannot be written
   */
  void begin(Path directory) throws IOException;

  /**
   * Makes sure that a member still has its files.
   *
   * @throws IOException if it does not; the message tells the operator what to do
   */
  void require(Path directory) throws IOException;
}
