package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import hraftd.raft.core.ScriptedLeader;
import hraftd.raft.core.ScriptedRaft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Groups of proposals on a leader of three, whose followers answer when the test says so. */
class WriteGroupsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScriptedLeader leader = new ScriptedLeader(ScriptedLeader.voters(3));
  private final Raft raft = leader.node.raft;
  private final long now = System.nanoTime();
  private final WriteGroups writes = new WriteGroups(now);

  private PendingWrite write() {
    return new PendingWrite(
        ScriptedRaft.bytes("x"), /* grows= */ true, now, now + PATIENCE.toNanos());
  }

  /** Proposals come in; true if the Raft thread was to be woken for the last of them. */
  private boolean arrive(int count) {
    boolean rings = false;
    for (int i = 0; i < count; i++) {
      rings = writes.arrive(write());
    }
    return rings;
  }

  /** Hands a group over if there is one; says how many entries the log has got by it. */
  private int handOver(long at) {
    long last = raft.log.lastIndex();
    boolean handed = writes.handOver(raft, at);
    leader.node.endOfBatch();
    int count = (int) (raft.log.lastIndex() - last);
    assertEquals(count > 0, handed);
    return count;
  }

  private void commit(long index) {
    raft.receive(
        new Message.AppendReply(ScriptedLeader.voter(2), ScriptedLeader.SELF, 1, true, index, 0));
    leader.node.endOfBatch();
  }

  private void onTheirWay(int count) {
    arrive(count);
    assertEquals(count, handOver(now));
  }

  @Test
  void whileNothingIsOnItsWayNobodyWaits() {
    assertTrue(arrive(1));
    assertEquals(1, handOver(now));
    assertTrue(arrive(1), "one on its way is few");
    assertEquals(1, handOver(now));
  }

  @Test
  void aGroupIsHalfAsManyAsAreOnTheirWay() {
    onTheirWay(8);
    assertFalse(arrive(3));
    assertEquals(0, handOver(now));
    assertTrue(arrive(1));
    assertEquals(4, handOver(now));
  }

  @Test
  void aGroupIsHalfAsManyAsThereWereAtABusyMoment() {
    onTheirWay(8);
    commit(raft.log.lastIndex());
    onTheirWay(1);
    arrive(2);
    assertEquals(0, handOver(now));
    arrive(1);
    assertEquals(3, handOver(now), "the busy moment begins to fade");
  }

  @Test
  void aBusyMomentIsForgottenGroupByGroup() {
    onTheirWay(100);
    for (int group = 0; group < 300; group++) {
      commit(raft.log.lastIndex());
      onTheirWay(1);
    }
    assertTrue(arrive(1));
    assertEquals(1, handOver(now));
  }

  @Test
  void itIsFewerWhenNoneIsOnItsWayAnyMore() {
    onTheirWay(8);
    arrive(1);
    assertEquals(0, handOver(now));
    commit(raft.log.lastIndex());
    assertEquals(1, handOver(now));
  }

  @Test
  void whatIsStuckHoldsUpTheNextForAMomentOnly() {
    onTheirWay(8);
    arrive(1);
    assertEquals(0, handOver(now + TimeUnit.MILLISECONDS.toNanos(19)));
    assertEquals(1, handOver(now + TimeUnit.MILLISECONDS.toNanos(21)));
  }

  @Test
  void proposalsOfAnotherNodeTakeThemAlong() {
    onTheirWay(8);
    arrive(1);
    assertEquals(0, handOver(now));
    Message.Proposal other = new Message.Proposal(1, true, ScriptedRaft.bytes("y"));
    raft.receive(
        new Message.Forward(
            ScriptedLeader.voter(2), ScriptedLeader.SELF, 1, 77, 1, List.of(other)));
    assertEquals(2, handOver(now), "the other's and the one that waited");
  }

  @Test
  void onAFollowerAllGoToTheLeaderAtOnce() {
    raft.receive(
        new Message.Append(
            ScriptedLeader.voter(2), ScriptedLeader.SELF, 2, 1, 1, 0, 0, 1, List.of()));
    for (int group = 0; group < 3; group++) {
      assertTrue(arrive(1));
      assertTrue(writes.handOver(raft, now));
      leader.node.endOfBatch();
    }
    assertEquals(3, leader.sent.stream().filter(Message.Forward.class::isInstance).count());
  }

  @Test
  void whatIsDoneBeforeItsGroupGoesIsNotHandedOver() {
    onTheirWay(8);
    PendingWrite late = write();
    writes.arrive(late);
    arrive(2);
    late.end(new ConsensusException.DeadlinePassed("late"));
    writes.sweep();
    assertEquals(0, handOver(now));
    assertTrue(arrive(2), "it counts no more");
    assertEquals(4, handOver(now));
  }

  @Test
  void whatIsDoneAsItsGroupGoesNeverHappens() {
    PendingWrite late = write();
    writes.arrive(late);
    arrive(2);
    late.end(new ConsensusException.DeadlinePassed("late"));
    assertEquals(2, handOver(now));
  }

  /**
   * The Raft thread here sleeps until it is woken, without a tick, and most of the time some
   * proposals have no outcome: no call may be lost.
   */
  @Test
  void nobodyIsForgotten() throws Exception {
    int callers = 16;
    int unanswered = 6;
    Semaphore woken = new Semaphore(0);
    AtomicInteger writing = new AtomicInteger(callers);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(new Thread(() -> writeInTurn(5_000, woken, writing)));
    }
    threads.forEach(Thread::start);
    while (writing.get() > 0) {
      assertTrue(
          woken.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
          () -> "nobody has called, of " + writing + " that write");
      woken.drainPermits();
      do {
        leader.node.endOfBatch();
        commit(raft.log.lastIndex() - (writing.get() == callers ? unanswered : 0));
        leader.sent.clear();
      } while (writes.handOver(raft, now));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void writeInTurn(int count, Semaphore woken, AtomicInteger writing) {
    for (int i = 0; i < count; i++) {
      PendingWrite write = write();
      if (writes.arrive(write)) {
        woken.release();
      }
      write.answer().handle((outcome, failure) -> null).join();
    }
    writing.decrementAndGet();
    woken.release();
  }
}
