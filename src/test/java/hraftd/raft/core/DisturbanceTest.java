package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who hears a leader is talked into no election (4.2.3, 9.6), and a leader that hears no majority
 * leads no more (6.2).
 */
class DisturbanceTest extends OneOfThree {

  private void receive(Message message) {
    sent.clear();
    assertNull(node.raft.receive(message));
    node.endOfBatch();
  }

  private void preVote() {
    receive(new Message.PreVote(C, SELF, node.raft.term(), 9, 9, 0));
  }

  @Test
  void whoHearsALeaderPromisesNobodyAVote() {
    receive(new Message.Append(B, SELF, 1, 0, 0, 0, 0, 0, List.of()));
    preVote();
    assertTrue(
        sent.contains(new Message.PreVoteReply(SELF, C, 1, 1, false, false)), sent::toString);
    receive(new Message.Vote(C, SELF, 2, 9, 9, /* transfer= */ false));
    assertEquals(1, node.raft.term());

    now += ScriptedRaft.TIMING.election();
    preVote();
    assertTrue(sent.contains(new Message.PreVoteReply(SELF, C, 1, 1, true, false)), sent::toString);
  }

  @Test
  void aLeaderThatNobodyAnswersLeadsNoMore() {
    ScriptedLeader alone = new ScriptedLeader(ScriptedLeader.voters(3));
    alone.now += ScriptedRaft.TIMING.election() - 1;
    alone.node.endOfBatch();
    assertTrue(alone.node.raft.leads());
    alone.now += 1;
    alone.node.endOfBatch();
    assertFalse(alone.node.raft.leads());
  }
}
