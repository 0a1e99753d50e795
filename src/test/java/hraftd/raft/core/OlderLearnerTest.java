package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node of an older version joins, and cannot be sent what the state holds: with a vote it would
 * count for a majority, and never be part of one.
 */
class OlderLearnerTest extends OneOfThree {

  private static final NodeId OLD = new NodeId("old", 4);

  @BeforeEach
  void lead() {
    node.elect(B);
    acknowledge(B, log.lastIndex());
    node.format(OLD, WireFormat.V3);
  }

  private void acknowledge(NodeId from, long index) {
    node.raft.receive(new Message.AppendReply(from, SELF, node.raft.term(), true, index, 0));
    node.endOfBatch();
  }

  @Test
  void itGetsNoVoteBeforeItCanBeSentTheState() {
    node.formatOfState(WireFormat.V4);
    MembershipChange change =
        node.take(MembershipChange.add(ScriptedRaft.member(OLD), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    acknowledge(B, log.lastIndex());
    long joined = log.lastIndex();
    acknowledge(OLD, joined);
    acknowledge(OLD, joined);
    assertEquals(joined, log.lastIndex());
    assertFalse(node.raft.membership().isVoter(OLD));
    assertFalse(change.isDone());

    node.formatOfState(WireFormat.V2);
    acknowledge(OLD, joined);
    assertTrue(node.raft.membership().isVoter(OLD));
  }
}
