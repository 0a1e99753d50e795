package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Changes of the members in histories that have broken other implementations. */
class MembershipScriptsTest {

  private static final NodeId A = new NodeId("a", 1);
  private static final NodeId B = new NodeId("b", 2);
  private static final NodeId C = new NodeId("c", 3);
  private static final NodeId D = new NodeId("d", 4);
  private static final NodeId E = new NodeId("e", 5);

  private final ScriptedGroup group = new ScriptedGroup();

  private void start(NodeId... ids) {
    Membership all = new Membership(List.of(ids).stream().map(ScriptedRaft::member).toList());
    for (NodeId id : ids) {
      group.start(id, all);
    }
    group.together(ids);
    group.elect(ids[0]);
    group.settle();
    assertEquals(1, group.node(ids[0]).raft.commitIndex());
  }

  private Membership members(NodeId node) {
    return group.node(node).raft.membership();
  }

  /**
   * The bug of 2015 (raft-dev, "bug in single-server membership changes"): a leader that begins a
   * change before an entry of its own term is committed may commit it with a majority that another
   * uncommitted change does not overlap.
   */
  @Test
  void whatANewLeaderChangesIsNotUndoneByAnUncommittedChange() {
    start(A, B, C, D);
    group.start(E, Membership.EMPTY);
    // A adds E, which nobody else hears of.
    group.together(A);
    group.add(A, E);
    group.settle();
    assertNotNull(members(A).find(E.id()));
    // B leads with the votes of C and D, then reaches C alone: two of three without A.
    group.together(B, C, D);
    group.pass(1100);
    group.elect(B);
    long committed = group.node(B).raft.commitIndex();
    assertTrue(committed > 1, "three of the four have its first entry");
    group.together(B, C);
    MembershipChange removal = group.remove(B, A);
    group.pass(200);
    assertNull(members(B).find(A.id()));
    assertTrue(removal.isDone(), "two of the three that are left");
    // A comes back with E and D: it must not win, or what B has committed would be gone.
    group.together(A, D, E);
    group.pass(5000);
    assertFalse(group.node(A).raft.leads());
    assertTrue(group.node(B).raft.commitIndex() > committed);
  }

  /** Without that rule B would remove A with C alone, and A, with E and D, what B has committed. */
  @Test
  void aLeaderWhoseFirstEntryIsNotCommittedBeginsNoChange() {
    start(A, B, C, D);
    group.together(B, C, D);
    group.pass(1100);
    group.lose(m -> m instanceof Message.Append && m.to().equals(D));
    group.elect(B);
    long first = group.node(B).raft.log.lastIndex();
    assertTrue(group.node(B).raft.commitIndex() < first);
    group.remove(B, A);
    group.pass(300);
    assertTrue(group.node(B).raft.leads());
    assertNotNull(members(B).find(A.id()));
    group.lose(m -> false);
    group.pass(300);
    assertNull(members(B).find(A.id()));
  }

  private NodeId leader(NodeId... ids) {
    for (NodeId id : ids) {
      if (group.node(id).raft.leads()) {
        return id;
      }
    }
    throw new AssertionError("nobody leads");
  }

  /**
   * C would have the longest log of all, could not win with it, and would vote for nobody: of three
   * members two would wait for the third.
   */
  @Test
  void whoIsToBeRemovedHearsOfItOnceThatIsCommittedAndIsNeededUntilThen() {
    start(A, B, C);
    // A removes C, which B does not hear of.
    group.lose(m -> m instanceof Message.Append a && m.to().equals(B) && !a.entries().isEmpty());
    group.remove(A, C);
    group.pass(100);
    assertNull(members(A).find(C.id()));
    assertNotNull(members(C).find(C.id()));
    group.lose(m -> false);
    group.together(B, C);
    group.pass(5000);
    NodeId leader = leader(B, C);
    assertEquals(3, members(leader).voters().size());
    assertEquals(3, members(C).voters().size());
    assertFalse(group.node(C).raft.role().name() == RaftStatus.Role.REMOVED);
    group.together(A, B, C);
    group.pass(1000);
    assertEquals(3, members(A).voters().size(), "it is undone");
    group.remove(leader(B, C), A);
    group.pass(200);
    assertEquals(RaftStatus.Role.REMOVED, group.node(A).raft.role().name());
  }

  @Test
  void aLeaderThatIsToBeRemovedHandsOverFirst() {
    start(A, B, C);
    group.pass(100);
    MembershipChange removal = group.remove(A, A);
    group.pass(1000);
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> removal.answer().getNow(null));
    assertInstanceOf(ConsensusException.NoLeader.class, refusal.getCause());
    assertEquals(3, members(A).voters().size());
    NodeId next = leader(B, C);
    MembershipChange again = group.remove(next, A);
    group.pass(200);
    assertTrue(again.isDone());
    assertEquals(RaftStatus.Role.REMOVED, group.node(A).raft.role().name());
    assertTrue(group.node(next).raft.leads());
  }

  /** The next leader has the change's entry, and what it begins itself comes behind that. */
  @Test
  void aTransferDuringAChangeLosesNeither() {
    start(A, B, C);
    group.pass(100);
    group.start(D, Membership.EMPTY);
    group.together(A, B, C);
    MembershipChange joins = group.add(A, D);
    group.settle();
    assertNotNull(members(A).find(D.id()));
    LeadershipTransfer transfer = group.transfer(A, B);
    group.pass(500);
    assertTrue(group.node(B).raft.leads());
    assertTrue(transfer.isDone());
    CompletionException unknown =
        assertThrows(CompletionException.class, () -> joins.answer().getNow(null));
    assertInstanceOf(ConsensusException.LeaderChanged.class, unknown.getCause());
    assertNotNull(members(B).find(D.id()), "as a learner");
    group.together(A, B, C, D);
    MembershipChange again = group.add(B, D);
    group.pass(500);
    assertTrue(again.isDone());
    assertTrue(members(C).isVoter(D));
  }
}
