package hraftd.raft.core;

import static hraftd.raft.core.ScriptedRaft.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a node may say that its copy holds all that is committed: what /readyz rests on. */
class CompleteCopyTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId LEADER = new NodeId("leader", 2);

  private final AtomicLong now = new AtomicLong(MILLI);
  private final ScriptedRaft node =
      new ScriptedRaft(
          SELF,
          new Membership(List.of(ScriptedRaft.member(SELF), ScriptedRaft.member(LEADER))),
          /* share= */ 50,
          new MemoryLog(() -> {}),
          new MemoryTermStore(),
          new MemorySnapshots(),
          now::get,
          message -> {});

  @Test
  void aNodeThatHasJustStartedKnowsNothing() {
    node.endOfBatch();
    assertNull(node.raft.completeAt());
  }

  @Test
  void aFollowerIsCompleteWhenItHasAppliedWhatItsLeaderHasCommitted() {
    append(/* prev= */ 0, /* commit= */ 3, /* count= */ 2);
    assertNull(node.raft.completeAt(), "entry 3 is missing");
    now.set(7 * MILLI);
    append(2, 3, 1);
    assertEquals(7 * MILLI, node.raft.completeAt());
  }

  @Test
  void aLeaderThatHasCommittedNothingInItsTermConfirmsNothing() {
    append(0, 0, 2);
    assertNull(node.raft.completeAt(), "the leader cannot know yet what is committed");
    append(2, 2, 0);
    assertEquals(MILLI, node.raft.completeAt());
  }

  @Test
  void whatWasKnownStaysKnownThroughAnElection() {
    append(0, 1, 1);
    now.set(9 * MILLI);
    node.raft.receive(new Message.TimeoutNow(LEADER, SELF, 1));
    node.endOfBatch();
    assertEquals(RaftStatus.Role.CANDIDATE, node.raft.role().name());
    assertEquals(MILLI, node.raft.completeAt());
  }

  private void append(long prev, long commit, int count) {
    List<Entry> entries = new ArrayList<>();
    for (long index = prev + 1; index <= prev + count; index++) {
      entries.add(new Entry(index, 1, Entry.Kind.COMMAND, 0, 0, 0, ScriptedRaft.bytes("v")));
    }
    long prevTerm = prev == 0 ? 0 : 1;
    node.raft.receive(
        new Message.Append(LEADER, SELF, 1, prev, prevTerm, commit, 0, /* round= */ 1, entries));
    node.endOfBatch();
  }
}
