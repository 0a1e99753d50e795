package hraftd.raft.core;

import static hraftd.raft.core.ScriptedLeader.voter;
import static hraftd.raft.core.ScriptedLeader.voters;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.Member;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader may answer a follower's question for a read index without a round to others. */
class ReadIndexQuestionTest {

  private static final NodeId SELF = ScriptedLeader.SELF;
  private static final NodeId ASKER = voter(2);

  @Test
  void ofThreeVotersTheAskerIsTheOneThatIsMissingForAQuorum() {
    ScriptedLeader leader = new ScriptedLeader(voters(3));
    leader.commitOwnTerm(2);
    ask(leader, ASKER);
    assertEquals(List.of(1L), answers(leader), "at once, with the index of the empty entry");
  }

  @Test
  void nothingIsAnsweredBeforeAnEntryOfTheTermIsCommitted() {
    ScriptedLeader leader = new ScriptedLeader(voters(3));
    ask(leader, ASKER);
    leader.node.endOfBatch();
    assertEquals(List.of(), answers(leader));
    leader.confirm(voter(2));
    leader.node.endOfBatch();
    leader.confirm(voter(2));
    assertEquals(List.of(1L), answers(leader));
  }

  @Test
  void ofFiveVotersAnotherHasToConfirm() {
    ScriptedLeader leader = new ScriptedLeader(voters(5));
    leader.commitOwnTerm(3);
    ask(leader, ASKER);
    leader.node.endOfBatch();
    assertEquals(List.of(), answers(leader));
    leader.confirm(voter(3));
    leader.confirm(voter(4));
    assertEquals(List.of(1L), answers(leader));
  }

  @Test
  void aLearnerConfirmsNothing() {
    NodeId learner = new NodeId("9", 9);
    List<Member> members = new ArrayList<>(voters(3));
    members.add(ScriptedLeader.learner(learner));
    ScriptedLeader leader = new ScriptedLeader(members);
    leader.commitOwnTerm(2);
    ask(leader, learner);
    leader.node.endOfBatch();
    assertEquals(List.of(), answers(leader));
    leader.confirm(voter(2));
    assertEquals(List.of(1L), answers(leader));
  }

  /** Who asks again has forgotten what he asked before: only that could make much wait. */
  @Test
  void onlyTheNewestQuestionOfEachIsAnswered() {
    ScriptedLeader leader = new ScriptedLeader(voters(5));
    leader.commitOwnTerm(3);
    for (int request = 1; request <= 1000; request++) {
      ask(leader, ASKER, request);
      ask(leader, voter(3), -request);
    }
    leader.node.endOfBatch();
    leader.confirm(voter(3));
    leader.confirm(voter(4));
    assertEquals(
        List.of(1000L, -1000L),
        leader.sent.stream()
            .filter(Message.ReadIndexReply.class::isInstance)
            .map(m -> ((Message.ReadIndexReply) m).request())
            .toList());
  }

  private static void ask(ScriptedLeader leader, NodeId asker) {
    ask(leader, asker, 7);
  }

  private static void ask(ScriptedLeader leader, NodeId asker, long request) {
    leader.node.raft.receive(new Message.ReadIndex(asker, SELF, 1, request));
  }

  private static List<Long> answers(ScriptedLeader leader) {
    return leader.sent.stream()
        .filter(Message.ReadIndexReply.class::isInstance)
        .map(m -> ((Message.ReadIndexReply) m).index())
        .toList();
  }
}
