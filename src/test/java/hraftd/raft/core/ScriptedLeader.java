package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A leader that has just been elected in term 1, with its empty entry on its disk, and what it
 * sends; it is voter 1.
 */
public final class ScriptedLeader {

  public static final NodeId SELF = voter(1);

  public final List<Message> sent = new ArrayList<>();
  public final ScriptedRaft node;
  long now;

  public ScriptedLeader(List<Member> members) {
    Membership membership = new Membership(members);
    node =
        new ScriptedRaft(
            SELF,
            membership,
            /* share= */ 50,
            new MemoryLog(() -> {}),
            new MemoryTermStore(),
            new MemorySnapshots(),
            () -> now,
            sent::add);
    node.raft.receive(new Message.TimeoutNow(voter(2), SELF, 0));
    node.endOfBatch();
    for (int i = 2; i <= membership.quorum(); i++) {
      node.raft.receive(new Message.VoteReply(voter(i), SELF, 1, /* granted= */ true));
    }
    node.endOfBatch();
    node.endOfBatch();
    assertEquals(RaftStatus.Role.LEADER, node.raft.role().name());
  }

  public static NodeId voter(int number) {
    return new NodeId(Integer.toString(number), number);
  }

  public static List<Member> voters(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> ScriptedRaft.member(voter(i))).toList();
  }

  static Member learner(NodeId node) {
    return ScriptedRaft.member(node).withVoter(false);
  }

  /** The voters up to this number get the empty entry onto their disks. */
  void commitOwnTerm(int last) {
    for (int i = 2; i <= last; i++) {
      confirm(voter(i));
    }
    assertEquals(1, node.raft.commitIndex());
  }

  /** This peer has all, and answers the newest round. */
  void confirm(NodeId peer) {
    long round = ((Leader) node.raft.role()).round();
    node.raft.receive(new Message.AppendReply(peer, SELF, 1, /* matched= */ true, 1, round));
    node.endOfBatch();
  }
}
