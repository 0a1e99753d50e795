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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What not all members understand gets into no log. */
class CommonFormatTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId B = new NodeId("b", 2);
  private static final NodeId C = new NodeId("c", 3);

  /** A command that only nodes of this version can read. */
  private static final String NEW = WireFormat.V3.name();

  private final AtomicLong now = new AtomicLong(MILLI);
  private final List<Message> sent = new ArrayList<>();
  private final ScriptedRaft node =
      new ScriptedRaft(
          SELF,
          new Membership(
              List.of(ScriptedRaft.member(SELF), ScriptedRaft.member(B), ScriptedRaft.member(C))),
          /* share= */ 50,
          new MemoryLog(() -> {}),
          new MemoryTermStore(),
          new MemorySnapshots(),
          now::get,
          sent::add);

  @Test
  void aLeaderTakesNewCommandsOnlyWhileAllMembersReadThem() {
    node.format(C, WireFormat.V2);
    node.elect(B);
    long last = node.raft.log.lastIndex();
    assertEquals(WireFormat.V2, node.raft.role().commonFormat());
    PendingWrite write = node.write(NEW);
    node.write("old");
    node.endOfBatch();
    assertTrue(write.answer().isCompletedExceptionally());
    assertEquals(last + 1, node.raft.log.lastIndex(), "the other one alone");

    node.format(C, WireFormat.V3); // It was replaced.
    assertEquals(WireFormat.V3, node.raft.role().commonFormat());
    PendingWrite again = node.write(NEW);
    node.endOfBatch();
    assertFalse(again.answer().isDone());
    assertEquals(last + 2, node.raft.log.lastIndex());
  }

  @Test
  void aFollowersNewCommandIsRefusedByTheLeader() {
    node.format(C, WireFormat.V2);
    node.elect(B);
    node.raft.receive(
        new Message.Forward(
            B,
            SELF,
            node.raft.term(),
            9,
            1,
            List.of(new Message.Proposal(1, false, ScriptedRaft.bytes(NEW)))));
    node.endOfBatch();
    assertTrue(
        sent.contains(
            new Message.Refused(SELF, B, node.raft.term(), 9, 1, Message.Reason.UNKNOWN_COMMAND)),
        sent.toString());
  }

  @Test
  void followersHearOfItFromTheLeader() {
    node.endOfBatch();
    assertEquals(WireFormat.V2, node.raft.role().commonFormat(), "nobody has said anything");
    follow(1, WireFormat.V3);
    assertEquals(WireFormat.V3, node.raft.role().commonFormat());
    assertTrue(forwards(NEW));
    follow(2, WireFormat.V2); // Another leader, perhaps of an older version.
    assertEquals(WireFormat.V2, node.raft.role().commonFormat());
    assertFalse(forwards(NEW));
    assertTrue(forwards("old"));
  }

  private void follow(long term, WireFormat common) {
    node.raft.receive(new Message.Append(B, SELF, term, 0, 0, 0, 0, 1, List.of(), common));
    node.endOfBatch();
  }

  private boolean forwards(String value) {
    sent.clear();
    node.write(value);
    node.endOfBatch();
    return sent.stream().anyMatch(Message.Forward.class::isInstance);
  }
}
