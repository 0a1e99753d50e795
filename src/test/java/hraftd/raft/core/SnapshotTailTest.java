package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.sim.SimStores;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a follower has behind a snapshot that it is sent (5.3). */
class SnapshotTailTest extends OneOfThree {

  /** It has acknowledged them, and the leader may count on that. */
  @Test
  void entriesThatGoOnFromTheSnapshotStay() {
    List<Entry> entries =
        LongStream.rangeClosed(1, 5)
            .mapToObj(i -> new Entry(i, 1, Entry.Kind.COMMAND, i, 0, 0, ScriptedRaft.bytes("x")))
            .toList();
    node.raft.receive(new Message.Append(B, SELF, 1, 0, 0, /* commitIndex= */ 2, 0, 1, entries));
    node.endOfBatch();
    byte[] content = ScriptedRaft.bytes("x");
    SnapshotStore.Meta meta = new SimStores().write(3, 1, /* clock= */ 3, THREE, content);
    node.raft.receive(new Message.SnapshotPiece(B, SELF, 1, meta, 0, 2, content));
    node.endOfBatch();
    assertEquals(3, node.raft.commitIndex());
    assertEquals(5, log.lastIndex());
    assertEquals(5, log.syncedIndex());
  }
}
