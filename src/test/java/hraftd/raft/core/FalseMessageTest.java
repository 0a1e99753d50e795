package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Messages that are well-formed and false, with a member's name: none of them stops the node, gets
 * into its log or moves its term.
 */
class FalseMessageTest extends OneOfThree {

  private static Entry command(long index, long term, String text) {
    byte[] data = ScriptedRaft.bytes(text);
    return new Entry(index, term, Entry.Kind.COMMAND, index, 0, 0, data);
  }

  private static Message.Append append(
      NodeId from, long term, long prevIndex, long prevTerm, long commit, Entry... entries) {
    return new Message.Append(
        from, SELF, term, prevIndex, prevTerm, commit, 0, /* round= */ 0, List.of(entries));
  }

  private void receive(Message message) {
    assertNull(node.raft.receive(message));
    node.endOfBatch();
  }

  /** Demands that it is refused, and changes nothing. */
  private void refuse(Message message) {
    long term = node.raft.term();
    long last = log.lastIndex();
    RaftStatus.Role role = node.raft.role().name();
    NodeId leader = node.raft.leader();
    assertNotNull(node.raft.receive(message), message.toString());
    node.endOfBatch();
    assertEquals(term, node.raft.term());
    assertEquals(last, log.lastIndex());
    assertEquals(role, node.raft.role().name());
    assertEquals(leader, node.raft.leader());
  }

  /** Follows B in term 1, with three entries, of which two are committed. */
  private void follow() {
    receive(append(B, 1, 0, 0, 2, command(1, 1, "x"), command(2, 1, "y"), command(3, 1, "z")));
    assertEquals(2, node.raft.commitIndex());
  }

  /** Leads in term 1, and has committed its first entry. */
  private void lead() {
    node.elect(B);
    receive(new Message.AppendReply(B, SELF, node.raft.term(), true, log.lastIndex(), 0));
    assertEquals(log.lastIndex(), node.raft.commitIndex());
  }

  // ---- to a leader

  @Test
  void anAnswerForEntriesThatTheLeaderHasNot() {
    lead();
    long term = node.raft.term();
    refuse(new Message.AppendReply(B, SELF, term, true, 1_000_000, 0));
    receive(new Message.AppendReply(B, SELF, term, false, 1_000_000, 0)); // a follower's longer log
  }

  @Test
  void anAnswerThatConfirmsReadsThatNobodyHasAsked() {
    lead();
    refuse(new Message.AppendReply(B, SELF, node.raft.term(), true, 1, 1L << 40));
    refuse(new Message.SnapshotReply(B, SELF, node.raft.term(), 1, -1, 1L << 40));
    List<String> read = new ArrayList<>();
    node.read(() -> read.add("too early"));
    node.endOfBatch();
    assertEquals(List.of(), read);
  }

  @Test
  void anotherLeaderOfTheSameTerm() {
    lead();
    refuse(append(B, node.raft.term(), 1, 1, 1));
    refuse(snapshot(B, node.raft.term()));
  }

  private static Message.SnapshotPiece snapshot(NodeId from, long term) {
    SnapshotStore.Meta meta = new SnapshotStore.Meta(9, term, 0, THREE, 1, 0);
    return new Message.SnapshotPiece(from, SELF, term, meta, 0, 0, new byte[1]);
  }

  @Test
  void proposalsThatNoStateCanApply() {
    lead();
    long last = log.lastIndex();
    long term = node.raft.term();
    sent.clear();
    List<Message.Proposal> proposals =
        List.of(
            new Message.Proposal(1, true, ScriptedRaft.bytes(ScriptedRaft.UNKNOWN)),
            new Message.Proposal(2, true, ScriptedRaft.bytes("x")));
    receive(new Message.Forward(B, SELF, term, 7, 1, proposals));
    assertEquals(last + 1, log.lastIndex(), "the other one is taken");
    Message.Refused refused =
        new Message.Refused(SELF, B, term, 7, 1, Message.Reason.UNKNOWN_COMMAND);
    assertTrue(sent.contains(refused), sent.toString());
  }

  @Test
  void proposalsOfMoreProcessesThanANodeHas() {
    lead();
    for (long origin = 1; origin <= 1000; origin++) {
      Message.Proposal one = new Message.Proposal(1, true, ScriptedRaft.bytes("x"));
      receive(new Message.Forward(B, SELF, node.raft.term(), origin, 1, List.of(one)));
    }
    assertTrue(((Leader) node.raft.role()).remembered() < 100, "it would grow for ever");
    assertTrue(log.lastIndex() < 110);
  }

  // ---- to a follower

  @Test
  void anotherLeaderThanTheOneThatIsFollowed() {
    follow();
    refuse(append(C, 1, 3, 1, 0));
    refuse(snapshot(C, 1));
    refuse(new Message.TimeoutNow(C, SELF, 1));
  }

  @Test
  void anotherEntryBeforeWhereOneIsCommitted() {
    follow();
    refuse(append(B, 1, 2, 0, 0));
    refuse(append(C, 2, 2, 2, 0));
    refuse(append(C, 2, 0, 0, 0, command(1, 2, "other")));
  }

  @Test
  void commandsThatNoStateCanApply() {
    follow();
    refuse(append(B, 1, 3, 1, 3, command(4, 1, ScriptedRaft.UNKNOWN)));
    refuse(append(B, 1, 3, 1, 3, command(4, 1, "fine"), command(5, 1, ScriptedRaft.UNKNOWN)));
    receive(append(B, 1, 3, 1, 4, command(4, 1, "fine")));
    assertEquals(4, node.raft.commitIndex());
  }

  @Test
  void membershipsThatAreNone() {
    follow();
    byte[] nobody = MembershipCodec.encode(Membership.EMPTY);
    for (byte[] data : List.of(new byte[] {9, 9, 9}, nobody)) {
      Entry entry = new Entry(4, 1, Entry.Kind.MEMBERSHIP, 4, 0, 0, data);
      refuse(append(B, 1, 3, 1, 4, entry));
    }
    assertEquals(THREE, node.raft.membership());
  }

  @Test
  void aSnapshotThatIsNoState() {
    follow();
    byte[] content = ScriptedRaft.bytes(ScriptedRaft.UNKNOWN);
    CRC32C crc = new CRC32C();
    crc.update(content);
    SnapshotStore.Meta meta =
        new SnapshotStore.Meta(9, 1, 9, THREE, content.length, (int) crc.getValue());
    receive(new Message.SnapshotPiece(B, SELF, 1, meta, 0, 0, content));
    assertEquals(2, node.raft.commitIndex());
    assertEquals(List.of("x", "y"), node.applied);
    assertNull(stores.latest());
  }

  @Test
  void termsThatNoElectionGetsTo() {
    follow();
    refuse(append(C, Message.MAX_TERM + 1, 3, 1, 0));
    refuse(append(C, Long.MAX_VALUE, 3, 1, 0));
    refuse(new Message.VoteReply(C, SELF, 2 + Screen.MAX_TERMS_AHEAD, true));
    refuse(new Message.PreVoteReply(C, SELF, Long.MAX_VALUE, 1, false, false));
  }

  /** What asks, or tells of something that was asked for, is only said in a term that both know. */
  @Test
  void termsInMessagesThatCarryNone() {
    follow();
    for (Message m :
        List.of(
            new Message.Forward(C, SELF, 2, 1, 1, List.of()),
            new Message.ReadIndex(C, SELF, 2, 1),
            new Message.ReadIndexReply(C, SELF, 2, 1, 1),
            new Message.Refused(C, SELF, 2, 1, 1, Message.Reason.OVERLOADED),
            new Message.TimeoutNow(C, SELF, 2))) {
      receive(m);
      assertEquals(1, node.raft.term(), m.toString());
    }
  }

  // ---- what is there already

  @Test
  void aLogThatHoldsOneSaysWhich() {
    follow();
    log.append(List.of(command(4, 1, ScriptedRaft.UNKNOWN)));
    UnusableEntryException e = assertThrows(UnusableEntryException.class, () -> start(THREE));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("entry 4 of term 1"), message);
  }

  @Test
  void aStoredTermThatNoElectionGetsToSaysSo() {
    stores.save(Message.MAX_TERM, null);
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> start(THREE));
    assertFalse(String.valueOf(e.getMessage()).isEmpty());
  }
}
