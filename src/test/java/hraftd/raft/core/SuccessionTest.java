package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader whose disk is nearly full, or slow, lets a voter lead that has a better one. */
class SuccessionTest extends OneOfThree {

  private static final long FAST = 1000;

  @BeforeEach
  void lead() {
    node.elect(B);
    says(B, false, FAST);
    says(C, false, FAST);
    node.endOfBatch();
    sent.clear();
  }

  /** A follower has all, and says how its disk is. */
  private void says(NodeId follower, boolean diskFull, long syncMicros) {
    node.raft.receive(
        new Message.AppendReply(
            follower,
            SELF,
            node.raft.term(),
            true,
            log.lastIndex(),
            0,
            /* memoryFull= */ false,
            diskFull,
            syncMicros));
  }

  /** Passes time; the fsync that is under way does not end. */
  private void pass(long millis, long microsOfB, long microsOfC) {
    for (long passed = 0; passed < millis; passed += 100) {
      now += 100 * ScriptedRaft.MILLI;
      says(B, false, microsOfB);
      says(C, false, microsOfC);
      node.raft.endOfBatch();
    }
  }

  private List<NodeId> successors() {
    return sent.stream()
        .filter(m -> m instanceof Message.TimeoutNow)
        .map(Message::to)
        .distinct()
        .toList();
  }

  @Test
  void aVoterWithRoomLeadsWhereTheLeadersDiskIsNearlyFull() {
    says(B, true, FAST);
    log.nearlyFull(true);
    PendingWrite write = node.write("x");
    node.endOfBatch();
    assertEquals(List.of(C), successors());
    assertFalse(write.isDone(), "it waits for the next leader");
  }

  @Test
  void aNodeThatSaysNothingOfItsDiskIsNotLetLead() {
    says(B, false, Message.AppendReply.UNKNOWN);
    says(C, true, FAST);
    log.nearlyFull(true);
    PendingWrite write = node.write("x");
    node.endOfBatch();
    assertEquals(List.of(), successors());
    refusedForItsDisk(write);
  }

  @Test
  void whoHasGivenWayDoesNotSoonDoSoAgain() {
    log.nearlyFull(true);
    pass(200, FAST, FAST);
    assertEquals(1, successors().size());
    pass(2000, FAST, FAST);
    sent.clear();
    assertTrue(node.raft.leads(), "nobody has taken over");
    refusedForItsDisk(node.write("x"));
    pass(50_000, FAST, FAST);
    assertEquals(List.of(), successors());
    pass(10_000, FAST, FAST);
    assertEquals(1, successors().size());
  }

  private void refusedForItsDisk(PendingWrite write) {
    node.endOfBatch();
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> write.answer().getNow(null));
    assertInstanceOf(ConsensusException.DiskFull.class, refusal.getCause());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoeverIsMostFitToLeadHasRoom(boolean isFirstFull) {
    says(B, isFirstFull, FAST);
    says(C, !isFirstFull, FAST);
    node.raft.take(new LeadershipTransfer("", now, now + 1000 * ScriptedRaft.MILLI));
    node.endOfBatch();
    assertEquals(List.of(isFirstFull ? C : B), successors());
  }

  @Test
  void whereNobodyHasRoomTheLongestLogIsMostFit() {
    says(B, true, FAST);
    node.write("x");
    node.endOfBatch();
    says(C, true, FAST);
    sent.clear();
    node.raft.take(new LeadershipTransfer("", now, now + 1000 * ScriptedRaft.MILLI));
    node.endOfBatch();
    assertEquals(List.of(C), successors());
  }

  @Test
  void onlyWhereAMajoritysDisksAreFullAWriteIsRefused() {
    says(B, true, FAST);
    PendingWrite write = node.write("x");
    node.endOfBatch();
    assertFalse(write.isDone());
    says(C, true, FAST);
    says(B, true, FAST);
    refusedForItsDisk(node.write("y"));
  }

  @Test
  void whoseFsyncsTakeTenTimesAsLongForAWhileGivesWayToTheFastest() {
    node.write("x");
    node.raft.endOfBatch();
    pass(4000, 5 * FAST, FAST);
    assertEquals(List.of(), successors());
    pass(2000, 5 * FAST, FAST);
    assertEquals(List.of(C), successors());
  }

  @Test
  void whereAllDisksAreSlowNobodyGivesWay() {
    node.write("x");
    node.raft.endOfBatch();
    pass(9000, 1000 * FAST, 2000 * FAST);
    assertEquals(List.of(), successors());
  }

  @Test
  void aShortPauseOfADiskIsNoReason() {
    for (int i = 0; i < 4; i++) {
      node.write("x" + i);
      node.raft.endOfBatch();
      pass(2000, FAST, FAST);
      log.synced(log.syncTarget());
      for (int quick = 0; quick < 40; quick++) {
        node.write("y");
        node.endOfBatch();
        pass(100, FAST, FAST);
      }
    }
    assertEquals(List.of(), successors());
  }
}
