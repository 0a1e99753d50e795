package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A leader is told to add a member in the place of another, who is gone. */
class ReplacementChangeTest extends OneOfThree {

  private static final NodeId D = new NodeId("d", 4);

  private void acknowledge(NodeId from) {
    node.raft.receive(
        new Message.AppendReply(from, SELF, node.raft.term(), true, log.lastIndex(), 0));
    node.endOfBatch();
  }

  private void lead() {
    node.elect(B);
    acknowledge(B);
    acknowledge(B);
    assertTrue(node.raft.leads());
  }

  private MembershipChange replace() {
    MembershipChange change =
        node.take(
            MembershipChange.replace(ScriptedRaft.member(D), C, now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    return change;
  }

  private Map<NodeId, NodeId> replacements() {
    return node.raft.membership().replacements();
  }

  /** As far as B and D can bring it. */
  private void seeThrough(MembershipChange change) {
    for (int step = 0; step < 4 && !change.isDone(); step++) {
      acknowledge(B);
      acknowledge(D);
    }
    assertTrue(change.isDone());
  }

  @Test
  void theConfigurationSaysWhosePlaceItTakesUntilThatOneIsRemoved() {
    // Nobody has spoken with the dead one: what it reads is not known.
    node.format(C, WireFormat.OLDEST);
    lead();
    MembershipChange change = replace();
    assertFalse(node.raft.membership().isVoter(D));
    assertEquals(Map.of(D, C), replacements());
    assertFalse(change.isDone());
    seeThrough(change);
    assertTrue(node.raft.membership().isVoter(D));
    assertEquals(Map.of(D, C), replacements(), "the log says so still");
    assertEquals(node.raft.membership(), MembershipCodec.decode(log.entry(log.lastIndex()).data()));

    long last = log.lastIndex();
    assertTrue(replace().isDone());
    assertEquals(last, log.lastIndex(), "the same again changes nothing");

    MembershipChange removal =
        node.take(MembershipChange.remove("c", now, now + ScriptedRaft.DEADLINE));
    now += ScriptedRaft.MILLI;
    seeThrough(removal);
    assertEquals(Map.of(), replacements());
    assertTrue(node.raft.membership().wasRemoved(C));
    assertEquals(3, node.raft.membership().voters().size());
  }

  @Test
  void aMemberThatIsInAlreadyMayTakeAPlaceToo() {
    lead();
    MembershipChange change =
        node.take(MembershipChange.add(ScriptedRaft.member(D), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    seeThrough(change);
    Membership four = node.raft.membership();
    seeThrough(replace());
    assertEquals(four.replacing(D, C), node.raft.membership());
  }

  @Test
  void amongNodesOfTheVersionBeforeItIsDoneWithoutBeingSaid() {
    node.format(B, WireFormat.V2);
    lead();
    seeThrough(replace());
    assertTrue(node.raft.membership().isVoter(D));
    assertEquals(Map.of(), replacements());
    assertEquals(1, log.entry(log.lastIndex()).data()[0]);
  }
}
