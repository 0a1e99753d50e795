package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftPicture;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an observer what it wants to know of one loop, and nothing more once that has failed: what
 * is shown is replicated, so the same picture would stop every member. Owned by the loop's thread.
 */
final class Observation {

  private static final Logger log = LoggerFactory.getLogger(Observation.class);

  private final Tape tape = new Tape();
  private RaftObserver observer;

  /** Null before Raft has begun: what happens then is seen in the first picture. */
  private @Nullable Raft raft;

  Observation(RaftObserver observer) {
    this.observer = observer;
  }

  /** Raft has begun. */
  void begun(Raft begun) {
    raft = begun;
  }

  private void tell(Consumer<RaftObserver> what) {
    try {
      what.accept(observer);
    } catch (RuntimeException e) {
      observer = RaftObserver.NONE;
      log.error("what happens to this node is not shown any more until it is started again", e);
    }
  }

  void sent(Message message) {
    tell(
        told -> {
          if (told.wantsMessages()) {
            told.sent(MessageView.of(message));
          }
        });
  }

  void received(Message message) {
    tell(
        told -> {
          if (told.wantsMessages()) {
            told.received(MessageView.of(message));
          }
        });
  }

  void disconnected(NodeId peer) {
    tell(told -> told.disconnected(peer));
  }

  void roleChanged() {
    Raft r = raft;
    if (r != null) {
      tell(told -> told.roleChanged(r.role().name(), r.term(), r.vote(), r.leader()));
    }
  }

  void membersChanged(Membership membership) {
    tell(told -> told.membersChanged(membership));
  }

  void truncated(long index) {
    tell(told -> told.truncated(index));
  }

  void snapshotTaken(long index, long bytes) {
    tell(told -> told.snapshotTaken(index, bytes));
  }

  void snapshotInstalled(long index) {
    if (raft != null) {
      tell(told -> told.snapshotInstalled(index));
    }
  }

  /** A batch is over. */
  void endOfBatch(Raft begun, long now) {
    tell(
        told -> {
          if (told.wantsPicture()) {
            told.pictured(
                new RaftPicture(
                    StatusBoard.status(begun, now),
                    begun.vote(),
                    begun.log.syncedIndex(),
                    tape.of(begun.log)));
          }
        });
  }
}
