package hraftd.raft.core;

import static hraftd.raft.core.ScriptedLeader.voter;
import static hraftd.raft.core.ScriptedLeader.voters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Member;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whom a leader asks to confirm its reads. */
class ConfirmersTest {

  private int served;

  @Test
  void fewReadsAskAllVoters() {
    ScriptedLeader leader = leader(voters(3));
    read(leader, 1);
    assertEquals(Set.of(voter(2), voter(3)), asked(leader));
    leader.confirm(voter(2));
    read(leader, 2);
    assertEquals(Set.of(voter(2), voter(3)), asked(leader));
  }

  @Test
  void manyReadsAskThoseWhoWereTheFirstToConfirm() {
    ScriptedLeader leader = leader(voters(5));
    read(leader, 1);
    leader.confirm(voter(4));
    leader.confirm(voter(2));
    assertEquals(1, served);
    read(leader, 10);
    assertEquals(Set.of(voter(2), voter(4)), asked(leader));
    leader.confirm(voter(2));
    leader.confirm(voter(4));
    assertEquals(11, served);
  }

  @Test
  void theOthersAreAskedIfTheFastestKeepThemWaiting() {
    ScriptedLeader leader = leaderOfThreeWithTheSecondFastest();
    read(leader, 10);
    assertEquals(Set.of(voter(2)), asked(leader));
    assertEquals(1, served);
    leader.now += ScriptedRaft.TIMING.heartbeat() / 5;
    leader.node.endOfBatch();
    assertEquals(Set.of(voter(3)), asked(leader));
    leader.confirm(voter(3));
    assertEquals(11, served);
    read(leader, 10);
    assertEquals(Set.of(voter(3)), asked(leader), "the next round asks the one that answers");
  }

  @Test
  void allAreAskedNowAndThen() {
    ScriptedLeader leader = leaderOfThreeWithTheSecondFastest();
    int rounds = 0;
    Set<NodeId> asked;
    do {
      read(leader, 10);
      asked = asked(leader);
      leader.confirm(voter(2));
      rounds++;
    } while (asked.equals(Set.of(voter(2))));
    assertEquals(Set.of(voter(2), voter(3)), asked);
    assertTrue(rounds > 10 && rounds < 1000, rounds + " rounds");
  }

  @Test
  void anAnswerOfOneThatWasNotAskedCountsToo() {
    ScriptedLeader leader = leaderOfThreeWithTheSecondFastest();
    read(leader, 10);
    leader.confirm(voter(3));
    assertEquals(11, served);
  }

  @Test
  void aLearnerIsNeverAmongTheFastest() {
    List<Member> members = new ArrayList<>(voters(3));
    members.add(ScriptedLeader.learner(voter(9)));
    ScriptedLeader leader = leader(members);
    read(leader, 1);
    leader.confirm(voter(9));
    assertEquals(0, served);
    leader.confirm(voter(3));
    read(leader, 10);
    assertEquals(Set.of(voter(3)), asked(leader));
  }

  private static ScriptedLeader leader(List<Member> members) {
    ScriptedLeader leader = new ScriptedLeader(members);
    leader.commitOwnTerm(leader.node.raft.membership().quorum());
    leader.sent.clear();
    return leader;
  }

  /** Voter 2 was the first to confirm a read, which is served. */
  private ScriptedLeader leaderOfThreeWithTheSecondFastest() {
    ScriptedLeader leader = leader(voters(3));
    read(leader, 1);
    leader.confirm(voter(2));
    assertEquals(1, served);
    return leader;
  }

  private void read(ScriptedLeader leader, int count) {
    leader.sent.clear();
    for (int i = 0; i < count; i++) {
      leader.node.read(() -> served++);
    }
    leader.node.endOfBatch();
  }

  /** Who has been sent a message since the last call. */
  private static Set<NodeId> asked(ScriptedLeader leader) {
    Set<NodeId> to = leader.sent.stream().map(Message::to).collect(Collectors.toSet());
    leader.sent.clear();
    return to;
  }
}
