package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has asked for another leader is told when nothing comes of it. */
class HandoverTest extends OneOfThree {

  private static final long HOUR = 3_600_000 * ScriptedRaft.MILLI;

  private long behind;

  @BeforeEach
  void lead() {
    node.elect(B);
    pass(100);
    sent.clear();
  }

  /** Passes time in which the followers answer; B lacks as much as it does. */
  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      now += 100 * ScriptedRaft.MILLI;
      for (Member follower : THREE.voters()) {
        if (!follower.node().equals(SELF)) {
          long index = log.lastIndex() - (follower.node().equals(B) ? behind : 0);
          node.raft.receive(
              new Message.AppendReply(
                  follower.node(), SELF, node.raft.term(), /* matched= */ true, index, 0));
        }
      }
      node.endOfBatch();
    }
  }

  private LeadershipTransfer transfer() {
    LeadershipTransfer transfer = new LeadershipTransfer(B.id(), now, now + HOUR);
    node.raft.take(transfer);
    node.endOfBatch();
    return transfer;
  }

  private void write() {
    var unused = node.write("x");
    node.endOfBatch();
  }

  private boolean mayCampaign() {
    return sent.stream().anyMatch(message -> message instanceof Message.TimeoutNow);
  }

  private static void ended(Class<? extends ConsensusException> how, LeadershipTransfer transfer) {
    CompletionException end =
        assertThrows(CompletionException.class, () -> transfer.answer().getNow(null));
    assertInstanceOf(how, end.getCause());
  }

  @Test
  void ifTheSuccessorDoesNotGetAllInTimeNothingHasHappened() {
    write();
    behind = 1;
    LeadershipTransfer transfer = transfer();
    pass(900);
    assertFalse(transfer.isDone(), "its time is not over");
    LeadershipTransfer joined = transfer();
    pass(200);
    assertFalse(mayCampaign());
    ended(ConsensusException.DeadlinePassed.class, transfer);
    ended(ConsensusException.DeadlinePassed.class, joined);
    assertTrue(node.raft.leads());
  }

  @Test
  void ifItWasLetCampaignItMayStillWin() {
    LeadershipTransfer transfer = transfer();
    assertTrue(mayCampaign());
    pass(2000);
    assertFalse(transfer.isDone(), "an election may take as long");
    pass(1200);
    ended(ConsensusException.OutcomeUnknown.class, transfer);
    assertTrue(node.raft.leads());
    write();
    behind = 1;
    LeadershipTransfer next = transfer();
    pass(1100);
    ended(ConsensusException.DeadlinePassed.class, next);
  }

  @Test
  void ifItWinsItHasHappened() {
    LeadershipTransfer transfer = transfer();
    pass(1500);
    node.raft.receive(new Message.Append(B, SELF, node.raft.term() + 1, 0, 0, 0, 0, 0, List.of()));
    node.endOfBatch();
    assertTrue(transfer.isDone());
    assertNull(transfer.answer().getNow(null));
  }
}
