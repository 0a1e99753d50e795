package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.sim.SimStores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** One node, told by the test what the others say: what went wrong once, or could have. */
class RaftTest extends OneOfThree {

  private static final Membership OTHERS =
      new Membership(List.of(ScriptedRaft.member(B), ScriptedRaft.member(C)));

  private <T extends Message> List<T> sent(Class<T> type) {
    List<T> some = sent.stream().filter(type::isInstance).map(type::cast).toList();
    sent.clear();
    return some;
  }

  private void receive(Message message) {
    node.raft.receive(message);
    node.endOfBatch();
  }

  private static Entry command(long index, long term) {
    return new Entry(index, term, Entry.Kind.COMMAND, index, 0, 0, ScriptedRaft.bytes("x"));
  }

  private void append(long term, long prevIndex, long prevTerm, long commit, Entry... entries) {
    receive(
        new Message.Append(
            B, SELF, term, prevIndex, prevTerm, commit, 0, /* round= */ 1, List.of(entries)));
  }

  /** Becomes leader with the vote of B, who has all that it has, and commits its first entry. */
  private Leader lead() {
    node.elect(B);
    acknowledge(B, log.lastIndex());
    assertTrue(node.raft.leads());
    return (Leader) node.raft.role();
  }

  private void acknowledge(NodeId from, long index) {
    receive(new Message.AppendReply(from, SELF, node.raft.term(), true, index, 0));
  }

  private void propose(int count) {
    for (int i = 0; i < count; i++) {
      node.write("x");
      node.endOfBatch();
    }
  }

  @Test
  void aLeaderRemembersNothingOfItsOwnProposals() {
    Leader leader = lead();
    propose(1000);
    acknowledge(B, log.lastIndex());
    assertEquals(log.lastIndex(), node.raft.commitIndex());
    assertEquals(0, leader.remembered(), "it would grow for ever");
  }

  @Test
  void ofOthersProposalsItRemembersThoseThatMayComeAgain() {
    Leader leader = lead();
    for (int first = 1; first <= 1000; first += 10) {
      List<Message.Proposal> ten = new ArrayList<>();
      for (long sequence = first; sequence < first + 10; sequence++) {
        ten.add(new Message.Proposal(sequence, true, ScriptedRaft.bytes("x")));
      }
      receive(new Message.Forward(B, SELF, node.raft.term(), 77, /* floor= */ first, ten));
    }
    assertEquals(10, leader.remembered());
  }

  @Test
  void whatWasRefusedOnceIsNotTakenWhenItComesAgain() {
    lead();
    long last = log.lastIndex();
    Message.Proposal proposal = new Message.Proposal(5, true, ScriptedRaft.bytes("x"));
    Message.Forward forward =
        new Message.Forward(B, SELF, node.raft.term(), 77, 1, List.of(proposal));
    log.nearlyFull(true);
    receive(forward);
    log.nearlyFull(false);
    receive(forward);
    assertEquals(
        List.of(Message.Reason.DISK_FULL, Message.Reason.DISK_FULL),
        sent(Message.Refused.class).stream().map(Message.Refused::reason).toList());
    assertEquals(last, log.lastIndex(), "the proposer was told that it did not happen");
  }

  private List<Message.Reason> refusalsOf(long sequence, boolean grows) {
    sent.clear();
    Message.Proposal proposal = new Message.Proposal(sequence, grows, ScriptedRaft.bytes("x"));
    receive(new Message.Forward(B, SELF, node.raft.term(), 77, 1, List.of(proposal)));
    return sent(Message.Refused.class).stream().map(Message.Refused::reason).toList();
  }

  private void answer(NodeId from, boolean memoryFull) {
    receive(
        new Message.AppendReply(
            from, SELF, node.raft.term(), true, log.lastIndex(), 0, memoryFull));
  }

  @Test
  void whatGrowsIsRefusedWhileItsOwnHeapIsFull() {
    lead();
    node.memoryFull(true);
    assertEquals(List.of(Message.Reason.MEMORY_FULL), refusalsOf(1, /* grows= */ true));
    assertEquals(List.of(), refusalsOf(2, /* grows= */ false), "a delete makes room");
    node.memoryFull(false);
    assertEquals(List.of(), refusalsOf(3, /* grows= */ true));
  }

  /** All voters hold the same: one that runs out of heap is lost, and the others soon after. */
  @Test
  void whatGrowsIsRefusedWhileTheHeapOfAnyVoterThatAnswersIsFull() {
    lead();
    answer(C, /* memoryFull= */ true);
    assertEquals(List.of(Message.Reason.MEMORY_FULL), refusalsOf(1, /* grows= */ true));
    assertTrue(node.raft.role().memoryFull());
    answer(C, /* memoryFull= */ false);
    assertEquals(List.of(), refusalsOf(2, /* grows= */ true));
    answer(C, /* memoryFull= */ true);
    for (int i = 0; i < 3; i++) {
      now += ScriptedRaft.TIMING.election() / 2;
      answer(B, /* memoryFull= */ false);
    }
    assertEquals(List.of(), refusalsOf(3, /* grows= */ true), "who is gone holds nobody up");
  }

  @Test
  void aFollowerSaysThatItsHeapIsFull() {
    node.memoryFull(true);
    append(5, 0, 0, 0, command(1, 5));
    assertTrue(sent(Message.AppendReply.class).stream().allMatch(Message.AppendReply::memoryFull));
    node.memoryFull(false);
    append(5, 1, 5, 0, command(2, 5));
    assertFalse(sent(Message.AppendReply.class).stream().anyMatch(Message.AppendReply::memoryFull));
  }

  @Test
  void aChangeOfMembershipIsRefusedIfTheDiskHasNoRoomForIt() {
    lead();
    acknowledge(B, log.lastIndex());
    long last = log.lastIndex();
    log.fill();
    MembershipChange change =
        node.take(
            MembershipChange.add(
                ScriptedRaft.member(new NodeId("new", 9)), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> change.answer().join());
    assertInstanceOf(ConsensusException.DiskFull.class, refusal.getCause());
    assertEquals(last, log.lastIndex());
    assertEquals(RaftStatus.Role.LEADER, node.raft.role().name());
  }

  @Test
  void aLearnerIsInWhenItHasCaughtUpAndGetsNoVote() {
    lead();
    acknowledge(B, log.lastIndex());
    NodeId learner = new NodeId("new", 9);
    MembershipChange change =
        node.take(
            MembershipChange.add(
                ScriptedRaft.member(learner).withVoter(false), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    acknowledge(B, log.lastIndex());
    assertFalse(change.isDone(), "it has nothing yet");
    acknowledge(learner, log.lastIndex());
    assertTrue(change.answer().isDone());
    assertFalse(node.raft.membership().isVoter(learner));

    MembershipChange demotion =
        node.take(
            MembershipChange.add(
                ScriptedRaft.member(B).withVoter(false), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    assertInstanceOf(
        ConsensusException.MembershipRefused.class,
        assertThrows(CompletionException.class, () -> demotion.answer().join()).getCause());
  }

  @Test
  void whoWasRemovedIsNeverTakenAgain() {
    lead();
    acknowledge(B, log.lastIndex());
    MembershipChange removal =
        node.take(MembershipChange.remove("c", now, now + ScriptedRaft.DEADLINE));
    now += ScriptedRaft.MILLI;
    acknowledge(B, log.lastIndex());
    acknowledge(B, log.lastIndex());
    assertTrue(removal.isDone());
    assertTrue(node.raft.membership().wasRemoved(C));

    MembershipChange again =
        node.take(MembershipChange.add(ScriptedRaft.member(C), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> again.answer().join());
    assertInstanceOf(ConsensusException.MembershipRefused.class, refusal.getCause());
    MembershipChange emptied =
        node.take(
            MembershipChange.add(
                ScriptedRaft.member(new NodeId("c", 33)), now, now + ScriptedRaft.DEADLINE));
    node.endOfBatch();
    assertFalse(emptied.isDone());
    assertTrue(node.raft.membership().find(new NodeId("c", 33)) != null);
    assertTrue(node.raft.membership().wasRemoved(C), "not forgotten by that");
  }

  @Test
  void aRoundOfAnOldTermIsNotConfirmedToWhoeverLeadsNow() {
    append(7, 0, 0, 0, command(1, 7));
    sent.clear();
    receive(new Message.Append(C, SELF, 5, 0, 0, 0, 0, /* round= */ 1000, List.of()));
    Message.AppendReply reply = sent(Message.AppendReply.class).get(0);
    assertEquals(7, reply.term());
    assertEquals(0, reply.round(), "C may lead in term 7 too, with rounds that begin anew");

    SnapshotStore.Meta meta = new SnapshotStore.Meta(3, 5, 0, THREE, 1, 0);
    receive(new Message.SnapshotPiece(C, SELF, 5, meta, 0, /* round= */ 1000, new byte[] {1}));
    assertEquals(0, sent(Message.SnapshotReply.class).get(0).round());
  }

  @Test
  void anIdleNodeAsksForNoFsync() {
    lead();
    acknowledge(B, log.lastIndex());
    int before = log.syncs();
    for (int i = 0; i < 1000; i++) {
      now += ScriptedRaft.MILLI;
      acknowledge(B, log.lastIndex());
    }
    assertTrue(node.raft.leads());
    assertEquals(before, log.syncs());
  }

  @Test
  void aNodeWhoseJoiningWasNeverCommittedDoesNotRetire() {
    node = start(Membership.EMPTY);
    append(1, 0, 0, 0, command(1, 1), members(2, 1, THREE));
    node = start(Membership.EMPTY); // it was restarted with the entry in its log
    append(2, 1, 1, 3, members(2, 2, OTHERS), command(3, 2));
    assertEquals(3, node.raft.commitIndex());
    assertEquals(RaftStatus.Role.LEARNER, node.raft.role().name(), "it was never a member");
    append(2, 3, 2, 4, members(4, 2, THREE));
    assertEquals(RaftStatus.Role.FOLLOWER, node.raft.role().name());
  }

  @Test
  void aNodeRetiresThoughItHearsOfItsJoiningAndItsRemovalAtOnce() {
    node = start(Membership.EMPTY);
    append(1, 0, 0, 0, command(1, 1), members(2, 1, THREE), members(3, 1, OTHERS));
    node = start(Membership.EMPTY);
    append(1, 3, 1, 3);
    assertEquals(RaftStatus.Role.REMOVED, node.raft.role().name());
  }

  @Test
  void aNodeThatDoesNotKnowTheMembersYetTakesNoSnapshot() {
    node = start(Membership.EMPTY);
    append(1, 0, 0, 1, command(1, 1));
    assertFalse(node.raft.knowsMembers(), "who gets such a snapshot would take itself for removed");
    append(1, 1, 1, 2, members(2, 1, THREE));
    assertTrue(node.raft.knowsMembers());
  }

  /** A leader whose log begins behind entry 5: C has nothing, and gets the snapshot. */
  private void leadWithSnapshotFor(NodeId follower) {
    append(1, 0, 0, 5, command(1, 1), command(2, 1), command(3, 1), command(4, 1), command(5, 1));
    byte[] content = new byte[3 * (512 << 10)];
    Arrays.fill(content, (byte) 'x');
    node.raft.snapshotTaken(stores.write(5, 1, 5, THREE, content), /* throughIndex= */ 5);
    lead();
    sent.clear();
    receive(new Message.AppendReply(follower, SELF, node.raft.term(), false, 1, 0));
  }

  private void answerSnapshot(long wanted) {
    receive(new Message.SnapshotReply(C, SELF, node.raft.term(), 5, wanted, 0));
  }

  private int pieces() {
    return (int)
        sent(Message.SnapshotPiece.class).stream().filter(p -> p.piece().length > 0).count();
  }

  @Test
  void noPieceOfASnapshotIsSentTwiceWhateverElseIsAnswered() {
    leadWithSnapshotFor(C);
    assertEquals(1, pieces());
    for (int i = 0; i < 10; i++) {
      answerSnapshot(0); // to a round of reads, while the piece is on its way
    }
    assertEquals(0, pieces());
    answerSnapshot(512 << 10);
    assertEquals(1, pieces());
    answerSnapshot(512 << 10);
    assertEquals(0, pieces());
  }

  @Test
  void aPieceThatWasLostIsSentAgainThoughRoundsGoOn() {
    leadWithSnapshotFor(C);
    assertEquals(1, pieces());
    int again = 0;
    for (int i = 0; i < 20; i++) {
      now += 20 * ScriptedRaft.MILLI;
      node.read();
      acknowledge(B, log.lastIndex());
      answerSnapshot(0);
      again += pieces();
    }
    assertEquals(2, again, "in 400 ms, if one is given up after 200 ms");
  }

  @Test
  void thatAFollowerHasASnapshotsEntriesDoesNotSayThatTheyAreOnItsDisk() {
    leadWithSnapshotFor(C);
    assertEquals(1, pieces());
    answerSnapshot(-1);
    Leader leader = (Leader) node.raft.role();
    assertEquals(0, leader.quorum.match(C));
    // It loses power, and with it entries that it had not synced.
    receive(new Message.AppendReply(C, SELF, node.raft.term(), false, 4, 0));
    assertEquals(1, pieces(), "it gets the snapshot again");
  }

  @Test
  void aNewLeadersClockIsNotBehindTheSnapshotThatItBeganWith() {
    byte[] content = ScriptedRaft.bytes("x");
    SimStores far = new SimStores();
    SnapshotStore.Meta meta = far.write(5, 1, /* clock= */ 5000, THREE, content);
    receive(new Message.SnapshotPiece(B, SELF, 1, meta, 0, 1, content));
    // A leader whose clock started later: what it says is taken over.
    append(2, 5, 1, 5);
    lead();
    assertTrue(log.entry(6).clock() >= 5000, "the clock went back to " + log.entry(6).clock());
  }

  /** Both lives of a process count from one, and both may be in one term of a leader. */
  @Test
  void whatWasRefusedToAnEarlierLifeOfTheProcessIsNotRefusedToThisOne() {
    append(1, 0, 0, 0);
    PendingWrite write = node.write("x");
    node.endOfBatch();
    Message.Forward forward = sent(Message.Forward.class).get(0);
    long sequence = forward.proposals().get(0).sequence();
    refuse(forward.origin() + 1, sequence);
    assertFalse(write.isDone());
    refuse(forward.origin(), sequence);
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> write.answer().join());
    assertInstanceOf(ConsensusException.DiskFull.class, refusal.getCause());
  }

  private void refuse(long origin, long sequence) {
    receive(
        new Message.Refused(B, SELF, node.raft.term(), origin, sequence, Message.Reason.DISK_FULL));
  }
}
