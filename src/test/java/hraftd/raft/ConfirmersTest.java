package hraftd.raft;

import static hraftd.raft.ScriptedLeader.voter;
import static hraftd.raft.ScriptedLeader.voters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
    ScriptedLeader leader = leader(voters(3));
    read(leader, 1);
    leader.confirm(voter(2));
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
    ScriptedLeader leader = leader(voters(3));
    read(leader, 1);
    leader.confirm(voter(2));
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
    ScriptedLeader leader = leader(voters(3));
    read(leader, 1);
    leader.confirm(voter(2));
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

  private void read(ScriptedLeader leader, int count) {
    leader.sent.clear();
    for (int i = 0; i < count; i++) {
      leader.node.raft.read(
          new Read() {
            @Override
            public boolean abandoned() {
              return false;
            }

            @Override
            public void ready() {
              served++;
            }
          });
    }
    leader.node.endOfBatch();
  }

  /** Who has been sent a message since the last call. */
  private static Set<NodeId> asked(ScriptedLeader leader) {
    Set<NodeId> to = new TreeSet<>(Comparator.comparing(NodeId::id));
    leader.sent.forEach(message -> to.add(message.to()));
    leader.sent.clear();
    return to;
  }
}
