package hraftd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a leader may answer a follower's question for a read index without a round to others. */
class ReadIndexQuestionTest {

  private static final NodeId SELF = new NodeId("1", 1);
  private static final NodeId ASKER = new NodeId("2", 2);

  private final List<Message> sent = new ArrayList<>();

  @Test
  void ofThreeVotersTheAskerIsTheOneThatIsMissingForAQuorum() {
    ScriptedRaft leader = leader(voters(3));
    commitOwnTerm(leader, 2);
    ask(leader, ASKER);
    assertEquals(List.of(1L), answers(), "at once, with the index of the empty entry");
  }

  @Test
  void nothingIsAnsweredBeforeAnEntryOfTheTermIsCommitted() {
    ScriptedRaft leader = leader(voters(3));
    ask(leader, ASKER);
    leader.endOfBatch();
    assertEquals(List.of(), answers());
    confirm(leader, 2);
    leader.endOfBatch();
    confirm(leader, 2);
    assertEquals(List.of(1L), answers());
  }

  @Test
  void ofFiveVotersAnotherHasToConfirm() {
    ScriptedRaft leader = leader(voters(5));
    commitOwnTerm(leader, 3);
    ask(leader, ASKER);
    leader.endOfBatch();
    assertEquals(List.of(), answers());
    confirm(leader, 3);
    confirm(leader, 4);
    assertEquals(List.of(1L), answers());
  }

  @Test
  void aLearnerConfirmsNothing() {
    NodeId learner = new NodeId("9", 9);
    List<Member> members = new ArrayList<>(voters(3));
    Member voter = ScriptedRaft.member(learner);
    members.add(new Member(learner, voter.raft(), voter.http(), /* voter= */ false));
    ScriptedRaft leader = leader(members);
    commitOwnTerm(leader, 2);
    ask(leader, learner);
    leader.endOfBatch();
    assertEquals(List.of(), answers());
    confirm(leader, 2);
    assertEquals(List.of(1L), answers());
  }

  private static List<Member> voters(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> ScriptedRaft.member(new NodeId(Integer.toString(i), i)))
        .toList();
  }

  /** One that has just been elected in term 1 and has its empty entry on its disk. */
  private ScriptedRaft leader(List<Member> members) {
    Membership membership = new Membership(members);
    ScriptedRaft node =
        new ScriptedRaft(
            SELF,
            membership,
            /* share= */ 50,
            new MemoryLog(() -> {}),
            new MemoryTermStore(),
            new MemorySnapshots(),
            () -> 0,
            sent::add);
    node.raft.receive(new Message.TimeoutNow(ASKER, SELF, 0));
    node.endOfBatch();
    for (int i = 2; i <= membership.quorum(); i++) {
      node.raft.receive(
          new Message.VoteReply(new NodeId(Integer.toString(i), i), SELF, 1, /* granted= */ true));
    }
    node.endOfBatch();
    node.endOfBatch();
    assertEquals(RaftStatus.Role.LEADER, node.raft.role().name());
    return node;
  }

  private void commitOwnTerm(ScriptedRaft leader, int quorum) {
    for (int i = 2; i <= quorum; i++) {
      confirm(leader, i);
    }
    assertEquals(1, leader.raft.commitIndex());
  }

  /** This voter has all, and answers the newest round. */
  private void confirm(ScriptedRaft leader, int voter) {
    long round = ((Leader) leader.raft.role()).round();
    leader.raft.receive(
        new Message.AppendReply(
            new NodeId(Integer.toString(voter), voter), SELF, 1, /* matched= */ true, 1, round));
    leader.endOfBatch();
  }

  private static void ask(ScriptedRaft leader, NodeId asker) {
    leader.raft.receive(new Message.ReadIndex(asker, SELF, 1, /* request= */ 7));
  }

  private List<Long> answers() {
    return sent.stream()
        .filter(Message.ReadIndexReply.class::isInstance)
        .map(m -> ((Message.ReadIndexReply) m).index())
        .toList();
  }
}
