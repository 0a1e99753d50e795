package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import hraftd.raft.RaftStatus;

/** A node that was removed from the cluster: it neither answers nor asks (4.2.2, 4.2.3). Final. */
final class Retired extends Role {

  Retired(Raft raft) {
    super(raft);
  }

  @Override
  public RaftStatus.Role name() {
    return RaftStatus.Role.REMOVED;
  }

  @Override
  void receive(Message message) {}

  @Override
  void endOfBatch(long now) {}

  @Override
  void read(PendingRead read) {
    read.fail(new ConsensusException.Removed());
  }

  @Override
  public long idleNanos(long now) {
    return Long.MAX_VALUE;
  }

  @Override
  public String activity() {
    return "removed from the cluster";
  }
}
