package hraftd.raft;

/** A node that was removed from the cluster: it neither answers nor asks (4.2.2, 4.2.3). Final. */
final class Retired extends Role {

  Retired(Raft raft) {
    super(raft);
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.REMOVED;
  }

  @Override
  void receive(Message message) {}

  @Override
  void endOfBatch(long now) {}

  @Override
  void read(Read read) {}

  @Override
  String activity() {
    return "removed from the cluster";
  }
}
