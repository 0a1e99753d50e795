package hraftd.raft.core;

import static hraftd.raft.core.ScriptedRaft.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A member of an older version that comes later is sent what it can read. */
class RenderingTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId B = new NodeId("b", 2);
  private static final NodeId OLD = new NodeId("old", 3);
  private static final String NEW = WireFormat.V3.name();
  private static final Membership ALL =
      new Membership(
          List.of(ScriptedRaft.member(SELF), ScriptedRaft.member(B), ScriptedRaft.member(OLD)));

  private final AtomicLong now = new AtomicLong(MILLI);
  private final List<Message> sent = new ArrayList<>();
  private final MemorySnapshots snapshots = new MemorySnapshots();
  private final ScriptedRaft node =
      new ScriptedRaft(
          SELF,
          ALL,
          /* share= */ 50,
          new MemoryLog(() -> {}),
          new MemoryTermStore(),
          snapshots,
          now::get,
          sent::add);

  /** These are written while all members are of this version; then one is replaced. */
  private void lead(String second, String third) {
    node.elect(B);
    node.write(second);
    node.write(third);
    node.write("old");
    node.endOfBatch();
    node.format(OLD, WireFormat.V2);
    sent.clear();
    node.raft.peerDown(OLD); // All that was on its way is sent again.
    node.raft.peerDown(B);
    answer(B, 0);
  }

  private void answer(NodeId peer, long index) {
    node.raft.receive(new Message.AppendReply(peer, SELF, node.raft.term(), true, index, 0));
    now.addAndGet(ScriptedRaft.TIMING.heartbeat());
    node.endOfBatch();
  }

  private List<String> entriesFor(NodeId peer) {
    return sent.stream()
        .filter(m -> m.to().equals(peer) && m instanceof Message.Append)
        .flatMap(m -> ((Message.Append) m).entries().stream())
        .map(e -> e.index() + " " + new String(e.data(), StandardCharsets.UTF_8))
        .distinct()
        .toList();
  }

  private SnapshotStore.Meta snapshot(long index, String content) throws IOException {
    return snapshots.write(
        index, node.raft.term(), 0, ALL, out -> out.write(ScriptedRaft.bytes(content)));
  }

  @Test
  void whatChangesNothingIsSentAsSomethingThatItKnows() {
    lead(NEW + " no-op", "plain");
    assertEquals(List.of("1 ", "2 old no-op", "3 plain", "4 old"), entriesFor(OLD));
    assertFalse(node.raft.role().wantsSnapshot());
  }

  @Test
  void whatHasNoSuchFormItGetsInASnapshotThatItCanRead() throws IOException {
    lead("plain", NEW);
    assertEquals(List.of("1 ", "2 plain"), entriesFor(OLD));
    sent.clear();
    answer(OLD, 2);
    assertTrue(node.raft.role().wantsSnapshot());
    snapshot(4, NEW + " state");
    answer(B, 0);
    assertTrue(node.raft.role().wantsSnapshot(), "this one is of no use");
    assertFalse(sent.stream().anyMatch(Message.SnapshotPiece.class::isInstance));
    assertEquals(List.of(), entriesFor(OLD));

    SnapshotStore.Meta older = snapshot(5, "state");
    answer(B, 0);
    assertFalse(node.raft.role().wantsSnapshot());
    Message.SnapshotPiece piece =
        sent.stream()
            .filter(Message.SnapshotPiece.class::isInstance)
            .map(Message.SnapshotPiece.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(OLD, piece.to());
    assertEquals(older, piece.meta());
  }

  /** Else the leader would write one after the other, for as long as that member is there. */
  @Test
  void noSnapshotIsTakenThatItCouldNotRead() {
    node.formatOfState(WireFormat.V3);
    lead("plain", NEW);
    answer(OLD, 2);
    assertFalse(node.raft.role().wantsSnapshot());
    node.formatOfState(WireFormat.V2);
    assertTrue(node.raft.role().wantsSnapshot());
  }

  @Test
  void whoUnderstandsAllIsSentAllAsItIs() {
    lead(NEW + " no-op", NEW);
    assertEquals(List.of("1 ", "2 V3 no-op", "3 V3", "4 old"), entriesFor(B));
  }
}
