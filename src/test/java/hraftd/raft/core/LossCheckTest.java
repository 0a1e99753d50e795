package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.node.ForwardingLog;
import hraftd.raft.sim.SimLog;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A follower that has lost what it acknowledged is told so, and no other one ever is. */
class LossCheckTest {

  private static final NodeId LEADER = new NodeId("leader", 1);
  private static final NodeId OTHER = new NodeId("other", 2);
  private static final Membership TWO =
      new Membership(List.of(ScriptedRaft.member(LEADER), ScriptedRaft.member(OTHER)));

  private final Deque<Message> toLeader = new ArrayDeque<>();
  private final Deque<Message> toOther = new ArrayDeque<>();
  private final List<Message> told = new ArrayList<>();
  private SimLog otherLog = new SimLog(/* maxEntries= */ 100, entry -> {});
  private MemoryTermStore otherTerms = new MemoryTermStore();
  private Membership members = TWO;
  private long now;
  private ScriptedRaft leader;
  private ScriptedRaft other;

  private ScriptedRaft start(NodeId id, RaftLog log, TermStore terms, Deque<Message> sent) {
    return new ScriptedRaft(
        id, members, 50, log, terms, new MemorySnapshots(), () -> now, sent::addLast);
  }

  @BeforeEach
  void bothHaveFiveEntries() {
    otherLog = new SimLog(100, entry -> {});
    otherTerms = new MemoryTermStore();
    toLeader.clear();
    toOther.clear();
    leader = start(LEADER, new SimLog(100, entry -> {}), new MemoryTermStore(), toOther);
    other = start(OTHER, otherLog, otherTerms, toLeader);
    leader.elect(OTHER);
    for (int i = 0; i < 4; i++) {
      leader.write("x" + i);
    }
    run(10);
    assertEquals(5, other.raft.log.syncedIndex());
    assertEquals(5, leader.raft.commitIndex());
  }

  /** Batches on both, with all that they send, some milliseconds apart. */
  private void run(int rounds) {
    for (int i = 0; i < rounds; i++) {
      now += ScriptedRaft.TIMING.heartbeat() / 2;
      leader.endOfBatch();
      deliver(toOther, other);
      other.endOfBatch();
      deliver(toLeader, leader);
      leader.endOfBatch();
    }
  }

  private void deliver(Deque<Message> messages, ScriptedRaft to) {
    while (!messages.isEmpty()) {
      Message message = messages.remove();
      if (message instanceof Message.LostEntries) {
        told.add(message);
      }
      assertEquals(null, to.raft.receive(message));
    }
  }

  private boolean leaderKnows() {
    return leader.raft.role().activity().contains("has lost entries that it had acknowledged");
  }

  @Test
  void an_older_copy_of_the_directory_stops_the_node() {
    // As it was before it had anything: the same node, and none of its entries.
    other = start(OTHER, new SimLog(100, entry -> {}), new MemoryTermStore(), toLeader);
    leader.raft.peerDown(OTHER);
    LostEntriesException end = assertThrows(LostEntriesException.class, () -> run(10));
    assertTrue(String.valueOf(end.getMessage()).contains("entry 5"), end::getMessage);
    assertTrue(leaderKnows());
    assertEquals(5, leader.raft.commitIndex());
    assertEquals(0, leader.raft.role().peers().iterator().next().match(), "it counts no more");
  }

  /** What the leader says when it is certain that the other has lost entries. */
  private Message lostEntries() {
    long term = leader.raft.term();
    leader.raft.receive(new Message.AppendReply(OTHER, LEADER, term, false, 1, 0));
    toOther.clear();
    leader.endOfBatch();
    long asked = ((Message.Append) toOther.removeFirst()).round();
    leader.raft.receive(new Message.AppendReply(OTHER, LEADER, term, false, 1, asked));
    leader.endOfBatch();
    return assertInstanceOf(Message.LostEntries.class, toOther.removeLast());
  }

  private static TermStore inTerm(long term) {
    TermStore terms = new MemoryTermStore();
    terms.save(term, null);
    return terms;
  }

  @Test
  void a_node_hears_of_its_loss_in_an_older_term_and_as_a_candidate() {
    Message loss = lostEntries();
    ScriptedRaft older = start(OTHER, new SimLog(100, entry -> {}), inTerm(0), toLeader);
    assertThrows(LostEntriesException.class, () -> older.raft.receive(loss));
    ScriptedRaft candidate =
        start(OTHER, new SimLog(100, entry -> {}), inTerm(loss.term()), toLeader);
    candidate.raft.campaign();
    candidate.endOfBatch();
    assertInstanceOf(Candidate.class, candidate.raft.role());
    assertThrows(LostEntriesException.class, () -> candidate.raft.receive(loss));
  }

  @Test
  void who_hears_of_its_loss_hears_the_leader_and_says_what_its_disk_is_like() {
    Message loss = lostEntries();
    other = start(OTHER, lossy(), inTerm(loss.term()), toLeader);
    toLeader.clear();
    assertNull(other.raft.receive(loss));
    assertEquals(LEADER, other.raft.leader());
    assertTrue(other.raft.role().hearsLeader());
    Message.AppendReply reply = assertInstanceOf(Message.AppendReply.class, toLeader.removeLast());
    assertFalse(reply.matched());
    assertTrue(reply.syncMicros() >= 0);
  }

  @Test
  void a_leader_of_an_old_term_learns_of_the_newer_one_by_it() {
    Message loss = lostEntries();
    other = start(OTHER, otherLog, inTerm(loss.term() + 1), toLeader);
    toLeader.clear();
    assertNull(other.raft.receive(loss));
    deliver(toLeader, leader);
    assertFalse(leader.raft.leads());
    assertEquals(loss.term() + 1, leader.raft.term());
  }

  @Test
  void a_restart_with_all_that_was_acknowledged_is_none() {
    other = start(OTHER, otherLog, otherTerms, toLeader);
    leader.raft.peerDown(OTHER);
    leader.write("y");
    run(10);
    assertEquals(6, leader.raft.commitIndex());
    assertEquals(List.of(), told);
  }

  @Test
  void a_rejection_that_comes_late_is_none() {
    long term = leader.raft.term();
    for (int again = 0; again < 3; again++) {
      leader.raft.receive(new Message.AppendReply(OTHER, LEADER, term, false, 1, 0));
      run(5);
      leader.write("z" + again);
      run(5);
    }
    assertEquals(8, leader.raft.commitIndex());
    assertEquals(List.of(), told);
    assertFalse(leaderKnows());
  }

  /** A log that has lost entries, and knows it. */
  private static RaftLog lossy() {
    return new ForwardingLog(new SimLog(100, entry -> {})) {
      @Override
      public Loss loss() {
        return new Loss(1, 5, "a sector was zeroed");
      }

      @Override
      public long syncedIndex() {
        return lastIndex();
      }
    };
  }

  @Test
  void a_node_that_knows_of_its_loss_gets_what_it_lacks() {
    other = start(OTHER, lossy(), new MemoryTermStore(), toLeader);
    leader.raft.peerDown(OTHER);
    run(20);
    assertEquals(5, other.raft.log.lastIndex());
    assertFalse(leaderKnows());
    assertEquals(5, leader.raft.role().peers().iterator().next().match());
  }

  @Test
  void a_member_that_nobody_has_spoken_with_keeps_no_other_from_hearing_of_its_loss() {
    NodeId silent = new NodeId("silent", 3);
    members = TWO.with(ScriptedRaft.member(silent));
    bothHaveFiveEntries();
    leader.format(silent, WireFormat.OLDEST);
    other = start(OTHER, new SimLog(100, entry -> {}), new MemoryTermStore(), toLeader);
    leader.raft.peerDown(OTHER);
    assertThrows(LostEntriesException.class, () -> run(10));
  }

  @Test
  void a_member_of_the_version_before_is_not_told_what_it_cannot_read() {
    leader.format(OTHER, WireFormat.V2);
    other = start(OTHER, new SimLog(100, entry -> {}), new MemoryTermStore(), toLeader);
    leader.raft.peerDown(OTHER);
    run(10);
    assertEquals(List.of(), told);
    assertTrue(leaderKnows());
  }

  @Test
  void a_question_that_is_lost_is_asked_again() {
    other = start(OTHER, new SimLog(100, entry -> {}), new MemoryTermStore(), toLeader);
    leader.raft.receive(new Message.AppendReply(OTHER, LEADER, leader.raft.term(), false, 1, 0));
    leader.endOfBatch();
    toOther.clear();
    assertThrows(LostEntriesException.class, () -> run(10));
  }
}
