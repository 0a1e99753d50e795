package hraftd.raft.core;

import static hraftd.raft.core.ScriptedLeader.SELF;
import static hraftd.raft.core.ScriptedLeader.voter;
import static hraftd.raft.core.ScriptedLeader.voters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was said in an older term counts for nothing in this one (3.3). */
class OldTermTest {

  /** One of three that led in term 1, heard of term 2, and is a candidate in term 3. */
  private final ScriptedRaft node = new ScriptedLeader(voters(3)).node;

  @BeforeEach
  void campaign() {
    receive(new Message.AppendReply(voter(3), SELF, 2, /* matched= */ false, 0, 0));
    assertFalse(node.raft.leads());
    receive(new Message.TimeoutNow(voter(2), SELF, 2));
    assertEquals(3, node.raft.term());
  }

  private void receive(Message message) {
    node.raft.receive(message);
    node.endOfBatch();
  }

  @Test
  void aVoteForAnEarlierCandidacy() {
    receive(new Message.VoteReply(voter(2), SELF, 1, /* granted= */ true));
    assertFalse(node.raft.leads());
    receive(new Message.VoteReply(voter(2), SELF, 3, /* granted= */ true));
    assertTrue(node.raft.leads());
  }

  /** What the voter had then it may have cut off since. */
  @Test
  void anAcknowledgement() {
    receive(new Message.VoteReply(voter(2), SELF, 3, /* granted= */ true));
    node.endOfBatch();
    long last = node.raft.log.lastIndex();
    long round = ((Leader) node.raft.role()).round();
    receive(new Message.AppendReply(voter(2), SELF, 1, /* matched= */ true, last, round));
    assertEquals(0, node.raft.commitIndex());
    receive(new Message.AppendReply(voter(2), SELF, 3, /* matched= */ true, last, round));
    assertEquals(last, node.raft.commitIndex());
  }
}
