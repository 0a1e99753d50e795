package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node that is no member as far as this one knows may say, and what comes of it. */
class UnknownNodeTest extends OneOfThree {

  private static final NodeId STRANGER = new NodeId("stranger", 4);

  private static Message.Append append(NodeId from, long term, Entry... entries) {
    return new Message.Append(from, SELF, term, 0, 0, 0, 0, 0, List.of(entries));
  }

  private void receive(Message message) {
    assertNull(node.raft.receive(message));
    node.endOfBatch();
  }

  private void pass(long millis) {
    now += millis * ScriptedRaft.MILLI;
    node.endOfBatch();
  }

  @Test
  void itMovesNoTerm() {
    receive(append(B, 1));
    for (Message m :
        List.of(
            new Message.VoteReply(STRANGER, SELF, Message.MAX_TERM, true),
            new Message.PreVoteReply(STRANGER, SELF, 9, 1, true, true),
            append(STRANGER, 9),
            new Message.TimeoutNow(STRANGER, SELF, 9),
            new Message.Forward(STRANGER, SELF, 9, 1, 1, List.of()))) {
      assertNotNull(node.raft.receive(m), m.toString());
    }
    receive(new Message.AppendReply(STRANGER, SELF, 9, true, 0, 0));
    receive(new Message.SnapshotReply(STRANGER, SELF, 9, 1, -1, 0));
    receive(new Message.PreVote(STRANGER, SELF, 9, 9, 9, 0));
    receive(new Message.Vote(STRANGER, SELF, 2, 9, 2, /* transfer= */ true));
    assertEquals(1, node.raft.term());
    assertEquals(B, node.raft.leader());
  }

  /** Its configuration may be newer, and its election may need this vote. */
  @Test
  void itIsGivenAVoteWhereNoLeaderIsHeardButNotOften() {
    receive(append(B, 1));
    pass(2500);
    receive(new Message.PreVoteReply(C, SELF, 1, 1, false, false));
    long term = node.raft.term();
    long tooFar = term + 1 + Reception.MAX_STRANGERS_TERMS_AHEAD;
    receive(new Message.Vote(STRANGER, SELF, tooFar, 9, 1, false));
    assertEquals(term, node.raft.term());
    long newer = term + 100_000; // It has been away for a day of elections.
    receive(new Message.Vote(STRANGER, SELF, newer, 9, 1, false));
    assertEquals(newer, node.raft.term());
    assertTrue(sent.contains(new Message.VoteReply(SELF, STRANGER, newer, true)));
    receive(new Message.Vote(STRANGER, SELF, newer + 1, 9, 1, false));
    assertEquals(newer, node.raft.term(), "not twice in an election timeout");
    pass(1001);
    receive(new Message.Vote(STRANGER, SELF, node.raft.term() + 1, 9, 1, false));
    assertEquals(newer + 1, node.raft.term());
  }

  @Test
  void aNodeThatKnowsNobodyListensToAll() {
    node = start(Membership.EMPTY);
    assertEquals(Set.of(), node.raft.trusted());
    receive(append(STRANGER, 5, members(1, 5, THREE.with(ScriptedRaft.member(STRANGER)))));
    assertEquals(STRANGER, node.raft.leader());
    assertEquals(Set.of(SELF, B, C, STRANGER), node.raft.trusted());
  }

  /** An uncommitted configuration without it does not make a stranger of a leader. */
  @Test
  void theCommittedMembersAreKnownToo() {
    receive(append(B, 1, members(1, 1, THREE.without("c"))));
    assertEquals(Set.of(SELF, B, C), node.raft.trusted());
    receive(append(C, 2, members(1, 2, THREE.without("b"))));
    assertEquals(C, node.raft.leader());
    receive(new Message.Append(C, SELF, 2, 1, 2, /* commit= */ 1, 0, 0, List.of()));
    assertEquals(Set.of(SELF, C), node.raft.trusted());
  }

  /** Joined, and removed again before either is known to be committed: any of them may hold. */
  @Test
  void theMembersBetweenTwoEqualConfigurationsAreKnownToo() {
    receive(append(B, 1, members(1, 1, THREE)));
    assertEquals(Set.of(SELF, B, C), node.raft.trusted());
    receive(
        append(
            B,
            1,
            members(1, 1, THREE),
            members(2, 1, THREE.with(ScriptedRaft.member(STRANGER))),
            members(3, 1, THREE)));
    assertEquals(Set.of(SELF, B, C, STRANGER), node.raft.trusted());
  }

  /** While it was away all others may have been replaced. */
  @Test
  void aNodeThatHasLostItsClusterListensToWhoeverLeads() {
    receive(append(B, 1));
    assertNotNull(node.raft.receive(append(STRANGER, 2)));
    loseTheLeader();
    assertNotNull(node.raft.receive(new Message.VoteReply(STRANGER, SELF, 9, true)));
    receive(append(STRANGER, 9));
    assertEquals(STRANGER, node.raft.leader());
    assertEquals(9, node.raft.term());
  }

  private void loseTheLeader() {
    for (int i = 0; i < 60; i++) {
      pass(100);
    }
    assertEquals(Set.of(), node.raft.trusted());
  }

  /** It may take many messages until this node gets to the configuration that its leader is in. */
  @Test
  void aLeaderThatWasListenedToIsListenedToOn() {
    receive(append(B, 1));
    loseTheLeader();
    receive(append(STRANGER, 9));
    assertEquals(Set.of(SELF, B, C, STRANGER), node.raft.trusted());
    for (int i = 0; i < 100; i++) {
      pass(50);
      receive(append(STRANGER, 9));
    }
    assertNotNull(node.raft.receive(append(new NodeId("another", 5), 9)));
    assertNotNull(node.raft.receive(append(new NodeId("another", 5), 10)));
    assertEquals(STRANGER, node.raft.leader());
  }

  /** It never asks for votes, so that nothing makes it forget the leader that it had. */
  @Test
  void aLearnerLosesItsClusterToo() {
    node = start(new Membership(List.of(learner(), ScriptedRaft.member(B))));
    receive(append(B, 1));
    assertNotNull(node.raft.receive(append(STRANGER, 2)));
    loseTheLeader();
    receive(append(STRANGER, 2));
    assertEquals(STRANGER, node.raft.leader());
  }

  private static Member learner() {
    Member voter = ScriptedRaft.member(SELF);
    return new Member(SELF, voter.raft(), voter.http(), /* voter= */ false);
  }

  /** The newest one in the log may still be replaced by the one before. */
  @Test
  void theMembersOfAllConfigurationsThatMayHoldAreKnown() {
    Membership four = THREE.with(ScriptedRaft.member(STRANGER));
    receive(append(B, 1, members(1, 1, four)));
    receive(append(B, 1, members(1, 1, four), members(2, 1, THREE)));
    assertEquals(Set.of(SELF, B, C, STRANGER), node.raft.trusted());
    receive(append(STRANGER, 2));
    assertEquals(STRANGER, node.raft.leader());
  }
}
