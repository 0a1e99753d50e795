package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.sim.SimLog;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader sends to a follower that needs a snapshot and does not take it. */
class ProgressTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId PROMPT = new NodeId("prompt", 2);
  private static final NodeId LAGGARD = new NodeId("laggard", 3);
  private static final long STEP = ScriptedRaft.TIMING.heartbeat() / 5;

  private final List<Message> sent = new ArrayList<>();
  private final SimLog log = new SimLog(/* maxEntries= */ 100, entry -> {});
  private final MemorySnapshots snapshots = new MemorySnapshots();
  private long now;
  private int answered;
  private ScriptedRaft node;

  /** A leader that has one entry committed, a snapshot of it and an empty log. */
  @BeforeEach
  void lead() throws Exception {
    Membership members =
        new Membership(
            List.of(
                ScriptedRaft.member(SELF),
                ScriptedRaft.member(PROMPT),
                ScriptedRaft.member(LAGGARD)));
    node =
        new ScriptedRaft(
            SELF, members, 0, log, new MemoryTermStore(), snapshots, () -> now, sent::add);
    node.elect(PROMPT);
    node.raft.receive(
        new Message.AppendReply(PROMPT, SELF, node.raft.term(), true, log.lastIndex(), 0));
    node.endOfBatch();
    long last = node.raft.appliedIndex();
    assertEquals(log.lastIndex(), last);
    SnapshotStore.Meta snapshot =
        snapshots.write(last, node.raft.term(), 0, members, out -> out.write(new byte[] {'x'}));
    node.raft.snapshotTaken(snapshot, snapshot.index());
    node.raft.receive(new Message.AppendReply(LAGGARD, SELF, node.raft.term(), false, 1, 0));
    node.endOfBatch();
    assertEquals(1, pieces());
  }

  /** Pieces with content that were sent since the last call. */
  private long pieces() {
    long pieces =
        sent.stream()
            .filter(m -> m instanceof Message.SnapshotPiece p && p.piece().length > 0)
            .count();
    sent.clear();
    return pieces;
  }

  /** A little later, another read; both followers answer, but the one takes nothing. */
  private void step() {
    now += STEP;
    node.read(() -> {});
    node.endOfBatch();
    long term = node.raft.term();
    for (Message message : List.copyOf(sent.subList(answered, sent.size()))) {
      if (message instanceof Message.SnapshotPiece p) {
        node.raft.receive(
            new Message.SnapshotReply(LAGGARD, SELF, term, p.meta().index(), 0, p.round()));
      } else if (message instanceof Message.Append a && a.to().equals(PROMPT)) {
        node.raft.receive(
            new Message.AppendReply(PROMPT, SELF, term, true, log.lastIndex(), a.round()));
      }
    }
    answered = sent.size();
    node.endOfBatch();
  }

  /** Only the prompt one answers from now on. */
  private void passWithoutLaggard(long nanos) {
    for (long passed = 0; passed < nanos; passed += STEP) {
      now += STEP;
      node.endOfBatch();
      node.raft.receive(
          new Message.AppendReply(PROMPT, SELF, node.raft.term(), true, log.lastIndex(), 0));
    }
  }

  @Test
  void forOneThatIsSilentNoPieceIsReadAndNoSnapshotPutOff() {
    assertTrue(node.raft.role().sendsSnapshot());
    passWithoutLaggard(ScriptedRaft.TIMING.election());
    pieces();
    assertFalse(node.raft.role().sendsSnapshot());
    passWithoutLaggard(4 * ScriptedRaft.TIMING.resend());
    assertTrue(sent.stream().anyMatch(m -> m.to().equals(LAGGARD)), "it is asked all the same");
    assertEquals(0, pieces());
    long index = node.raft.appliedIndex();
    node.raft.receive(new Message.SnapshotReply(LAGGARD, SELF, node.raft.term(), index, 0, 0));
    node.endOfBatch();
    assertEquals(1, pieces(), "it is there again");
    assertTrue(node.raft.role().sendsSnapshot());
  }

  @Test
  void aPieceThatIsNotTakenIsNotRepeatedAtOnce() {
    for (long passed = STEP; passed < ScriptedRaft.TIMING.resend(); passed += STEP) {
      step();
    }
    assertEquals(0, pieces());
  }

  @Test
  void aPieceThatIsNotTakenIsRepeatedThoughReadsGoOn() {
    long repeats = 3;
    for (long passed = 0; passed < repeats * 2 * ScriptedRaft.TIMING.resend(); passed += STEP) {
      step();
    }
    long pieces = pieces();
    assertTrue(pieces >= repeats && pieces <= 2 * repeats, pieces + " pieces");
  }
}
