package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When snapshots are due by size, and what of the log stays behind them. */
class SnapshotterTest {

  private static final NodeId SELF = new NodeId("a", 1);
  private static final NodeId LEADER = new NodeId("b", 2);
  private static final Membership TWO =
      new Membership(List.of(ScriptedRaft.member(SELF), ScriptedRaft.member(LEADER)));
  private static final int VALUE_BYTES = 1000;
  private static final SnapshotPace PACE =
      new SnapshotPace(
          /* bytes= */ 50_000,
          /* interval= */ Duration.ofDays(1),
          /* retry= */ Duration.ofSeconds(1),
          /* maxWaitForSending= */ Duration.ZERO,
          /* keepEntries= */ 1000,
          /* keepBytes= */ 20_000);

  private final MemoryLog log = new MemoryLog(() -> {});
  private final MemorySnapshots snapshots = new MemorySnapshots();
  private final ScriptedRaft node =
      new ScriptedRaft(
          SELF, TWO, 50, log, new MemoryTermStore(), snapshots, () -> 0, message -> {});
  private final Snapshotter snapshotter =
      new Snapshotter(PACE, snapshots, new KvState(ChangeListener.NONE), new SurroundingsAtOnce());

  @Test
  void theLogBehindOneIsBoundedByBytes() {
    append(60);
    long kept = newest().index() - log.firstIndex() + 1;
    assertTrue(kept <= PACE.keepBytes() / VALUE_BYTES, kept + " entries are kept");
    assertTrue(kept >= PACE.keepBytes() / VALUE_BYTES / 2, kept + " entries are kept");
  }

  @Test
  void whatWasLoggedBeforeALeadersSnapshotDoesNotCount() {
    append(60);
    append(40);
    long index = log.lastIndex() + 1000;
    byte[] content = ScriptedRaft.bytes("x");
    SnapshotStore.Meta meta = leaders(index, content);
    node.raft.receive(new Message.SnapshotPiece(LEADER, SELF, 1, meta, 0, 1, content));
    node.endOfBatch();
    assertEquals(index, log.firstIndex() - 1);
    append(40);
    assertEquals(index, newest().index());
    append(20);
    assertTrue(newest().index() > index, "after 60 kB, if one is due after 50");
  }

  /** As behind a damaged file of the log. */
  @Test
  void whatWentOfTheLogMeanwhileDoesNotCount() {
    append(60);
    long index = newest().index();
    assertTrue(log.firstIndex() <= index, "some of the log is kept");
    node.raft.snapshotTaken(newest(), index);
    assertEquals(index, log.firstIndex() - 1);
    append(50 - (int) (log.lastIndex() - index));
    assertTrue(newest().index() > index, "after 50 kB, if one is due then");
  }

  /**
   * That of an older one, with which a leader could go on, would be behind what is in other logs.
   */
  @Test
  void itsClockIsThatOfItsLastEntryWhateverThatIs() {
    append(40);
    Entry last = new Entry(41, 1, Entry.Kind.NOOP, 9_000, 0, 0, new byte[20 * VALUE_BYTES]);
    node.raft.receive(new Message.Append(LEADER, SELF, 1, 40, 1, 41, 9_000, 1, List.of(last)));
    node.endOfBatch();
    snapshotter.endOfBatch(node.raft, 0);
    assertEquals(41, newest().index());
    assertEquals(9_000, newest().clock());
  }

  private SnapshotStore.Meta leaders(long index, byte[] content) {
    try {
      return new MemorySnapshots().write(index, 1, 1, TWO, out -> out.write(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SnapshotStore.Meta newest() {
    SnapshotStore.Meta newest = snapshots.latest();
    if (newest == null) {
      throw new AssertionError("no snapshot was taken");
    }
    return newest;
  }

  /** The leader brings so many entries, one after the other, and commits them. */
  private void append(int count) {
    for (int i = 0; i < count; i++) {
      long index = log.lastIndex() + 1;
      Entry entry = new Entry(index, 1, Entry.Kind.COMMAND, 1, 0, 0, new byte[VALUE_BYTES]);
      node.raft.receive(
          new Message.Append(
              LEADER, SELF, 1, index - 1, log.term(index - 1), index, 1, 1, List.of(entry)));
      node.endOfBatch();
      snapshotter.endOfBatch(node.raft, 0);
    }
  }
}
