package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.util.Set;

/**
 * Surroundings without a network, with heap enough, and nobody who looks; all that is asked to know
 * peers knows them to be of this version.
 */
public abstract class DetachedSurroundings implements Surroundings {

  @Override
  public RaftMeter meter() {
    return RaftMeter.NONE;
  }

  @Override
  public RaftObserver observer() {
    return RaftObserver.NONE;
  }

  @Override
  public boolean memoryFull() {
    return false;
  }

  @Override
  public void send(Message message) {}

  @Override
  public WireFormat format(NodeId peer) {
    return WireFormat.NEWEST;
  }

  @Override
  public void members(Membership membership) {}

  @Override
  public void trust(Set<NodeId> nodes) {}
}
