package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftPicture;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import org.jspecify.annotations.Nullable;

/** Tells an observer what it wants to know of one loop. Owned by the loop's thread. */
final class Observation {

  private final RaftObserver observer;
  private final Tape tape = new Tape();

  /** Null before Raft has begun: what happens then is seen in the first picture. */
  private @Nullable Raft raft;

  Observation(RaftObserver observer) {
    this.observer = observer;
  }

  /** Raft has begun. */
  void begun(Raft begun) {
    raft = begun;
  }

  void sent(Message message) {
    if (observer.wantsMessages()) {
      observer.sent(MessageView.of(message));
    }
  }

  void received(Message message) {
    if (observer.wantsMessages()) {
      observer.received(MessageView.of(message));
    }
  }

  void disconnected(NodeId peer) {
    observer.disconnected(peer);
  }

  void roleChanged() {
    if (raft != null) {
      observer.roleChanged(raft.role().name(), raft.term(), raft.vote(), raft.leader());
    }
  }

  void membersChanged(Membership membership) {
    observer.membersChanged(membership);
  }

  void truncated(long index) {
    observer.truncated(index);
  }

  void snapshotInstalled(long index) {
    if (raft != null) {
      observer.snapshotInstalled(index);
    }
  }

  /** A batch is over. */
  void endOfBatch(Raft begun, long now) {
    if (observer.wantsPicture()) {
      observer.pictured(
          new RaftPicture(
              StatusBoard.status(begun, now),
              begun.vote(),
              begun.log.syncedIndex(),
              tape.of(begun.log)));
    }
  }
}
