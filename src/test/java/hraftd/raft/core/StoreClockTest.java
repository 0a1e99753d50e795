package hraftd.raft.core;

import static hraftd.raft.core.ScriptedRaft.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.sim.SimStores;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A clock that could become the leader's is never ahead of the one that times to live are from. */
class StoreClockTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId LEADER = new NodeId("leader", 2);

  private final AtomicLong now = new AtomicLong();

  @Test
  void itRunsOnFromWhatItHears() {
    StoreClock clock = new StoreClock(100, 0);
    clock.follow(1, 150, 10 * MILLI);
    assertEquals(155, clock.at(15 * MILLI));
    clock.follow(1, 160, 16 * MILLI);
    assertEquals(161, clock.at(17 * MILLI));
  }

  /** A little each second is a lot in a month, and would end times to live by as much too early. */
  @Test
  void oneThatRunsFasterThanTheLeadersIsNotAheadOfIt() {
    StoreClock clock = new StoreClock(0, 0);
    for (int second = 1; second <= 60; second++) {
      clock.follow(1, 1_000L * second, 1_001L * second * MILLI);
    }
    assertEquals(60_000, clock.at(60_060 * MILLI));
  }

  @Test
  void aLeadersClockIsTakenOverEvenIfItIsBehind() {
    StoreClock clock = new StoreClock(100, 0);
    clock.follow(2, 100, 500 * MILLI);
    assertEquals(100, clock.at(500 * MILLI));
  }

  @Test
  void anOldSnapshotOfALeaderDoesNotHoldItBackBehindWhatThatLeaderSays() {
    StoreClock clock = new StoreClock(0, 0);
    clock.followSnapshot(3, 500, 10 * MILLI);
    assertEquals(500, clock.at(10 * MILLI));
    clock.follow(3, 9_000, 20 * MILLI);
    clock.followSnapshot(3, 700, 30 * MILLI);
    assertEquals(9_010, clock.at(30 * MILLI));
  }

  /** It has counted since with a clock of its own, which may run faster than that leader's. */
  @Test
  void aNewSnapshotOfALeaderIsGoneOnFromAlsoIfThatLeaderHasSaidLessBefore() {
    StoreClock clock = new StoreClock(0, 0);
    clock.follow(3, 9_000, 20 * MILLI);
    clock.followSnapshot(3, 9_500, 3_600_000 * MILLI);
    assertEquals(9_500, clock.at(3_600_000 * MILLI));
  }

  @Test
  void aFollowerThatWasStartedBeforeItsLeaderIsNotAheadOfIt() {
    ScriptedRaft follower = follower(new MemoryLog(() -> {}));
    now.set(500 * MILLI);
    follower.raft.receive(append(1, 7, List.of()));
    assertEquals(7, follower.raft.clock.at(now.get()));
  }

  @Test
  void withALeadersSnapshotComesItsClock() {
    ScriptedRaft follower = follower(new MemoryLog(() -> {}));
    // An hour before the leader's process began to run.
    now.set(3_600_000 * MILLI);
    assertEquals(5007, clockBehindSnapshot(follower));
  }

  /** The snapshot may be an hour old; if the leader dies now this node is to know better. */
  @Test
  void withItsLogComesTheClockThatALeaderHasToldBefore() {
    ScriptedRaft follower = follower(new MemoryLog(() -> {}));
    follower.raft.receive(behindItsLog(9000));
    now.set(3 * MILLI);
    assertEquals(9010, clockBehindSnapshot(follower));
  }

  @Test
  void whatALeaderHasToldBeforeIsNothingBesideWhatItsSnapshotSays() {
    ScriptedRaft follower = follower(new MemoryLog(() -> {}));
    follower.raft.receive(behindItsLog(4000));
    now.set(3_600_000 * MILLI);
    assertEquals(5007, clockBehindSnapshot(follower));
  }

  /** What it is 7 ms after a snapshot through entry 5, whose clock is 5000. */
  private long clockBehindSnapshot(ScriptedRaft follower) {
    byte[] content = ScriptedRaft.bytes("x");
    SnapshotStore.Meta meta =
        new SimStores().write(5, 1, /* clock= */ 5000, Membership.EMPTY, content);
    follower.raft.receive(new Message.SnapshotPiece(LEADER, SELF, 1, meta, 0, 1, content));
    now.addAndGet(7 * MILLI);
    return follower.raft.clock.at(now.get());
  }

  /** Goes on from an entry that an empty log has not. */
  private static Message behindItsLog(long clock) {
    return new Message.Append(LEADER, SELF, 1, 5, 1, 5, clock, /* round= */ 1, List.of());
  }

  @Test
  void theEntriesOfALeaderNeverGoBackBehindThoseBefore() {
    MemoryLog log = new MemoryLog(() -> {});
    ScriptedRaft node = follower(log);
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 900, 0, 0, new byte[0]);
    node.raft.receive(append(1, 900, List.of(entry)));
    node.endOfBatch();
    // Another leads for a moment, whose clock is behind; then this node does.
    node.raft.receive(new Message.Append(LEADER, SELF, 2, 1, 1, 0, 300, 1, List.of()));
    node.raft.receive(new Message.TimeoutNow(LEADER, SELF, 2));
    node.endOfBatch();
    node.raft.receive(new Message.VoteReply(LEADER, SELF, node.raft.term(), true));
    node.endOfBatch();
    assertEquals(RaftStatus.Role.LEADER, node.raft.role().name());
    assertTrue(log.entry(2).clock() >= 900, () -> "the clock of entry 2: " + log.entry(2).clock());
  }

  /**
   * What is in the log may still be committed, as nobody has contradicted it yet: then its times to
   * live count on from the clock of who wrote it, which had just been started, say.
   */
  @Test
  void theClockOfALeaderWithAnotherLogIsNotTakenOver() {
    ScriptedRaft follower = follower(new MemoryLog(() -> {}));
    Entry written = new Entry(1, 1, Entry.Kind.COMMAND, 10, 0, 0, new byte[0]);
    follower.raft.receive(append(1, 10, List.of(written)));
    follower.raft.receive(append(2, 3_600_000, List.of()));
    assertEquals(10, follower.raft.clock.at(now.get()));

    Entry other = new Entry(1, 2, Entry.Kind.COMMAND, 3_600_000, 0, 0, new byte[0]);
    follower.raft.receive(append(2, 3_600_000, List.of(other)));
    assertEquals(3_600_000, follower.raft.clock.at(now.get()));
  }

  private ScriptedRaft follower(RaftLog log) {
    return new ScriptedRaft(
        SELF,
        new Membership(
            List.of(
                ScriptedRaft.member(SELF),
                ScriptedRaft.member(LEADER),
                ScriptedRaft.member(new NodeId("other", 3)))),
        /* share= */ 50,
        log,
        new MemoryTermStore(),
        new MemorySnapshots(),
        now::get,
        message -> {});
  }

  private static Message append(long term, long clock, List<Entry> entries) {
    return new Message.Append(LEADER, SELF, term, 0, 0, 0, clock, /* round= */ 1, entries);
  }
}
