package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** In which format a snapshot is that perhaps nobody can read any more. */
class StateHostTest {

  private final KvState state = new KvState(ChangeListener.NONE);
  private final MemorySnapshots snapshots = new MemorySnapshots();
  private final StateHost host =
      new StateHost(
          new SurroundingsAtOnce(),
          state,
          snapshots,
          new StatusBoard(StatusBoard.starting(new NodeId("a", 1), Membership.EMPTY), 0),
          new ListeningClock(0));

  private SnapshotStore.Meta write(long index) throws IOException {
    return snapshots.write(index, 1, 0, Membership.EMPTY, state.freeze()::writeForVersion10);
  }

  @Test
  void one_that_another_has_replaced_is_for_who_reads_everything() throws IOException {
    SnapshotStore.Meta replaced = write(1);
    SnapshotStore.Meta newest = write(2);
    assertEquals(WireFormat.NEWEST, host.formatOf(replaced));
    assertEquals(WireFormat.V2, host.formatOf(newest));
  }
}
