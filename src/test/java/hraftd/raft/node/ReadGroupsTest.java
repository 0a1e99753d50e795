package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.Raft;
import hraftd.raft.core.ScriptedLeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups of reads on a leader of three, which are served when the test says so. */
class ReadGroupsTest {

  private static final long MILLI = 1_000_000;

  private final Raft raft = new ScriptedLeader(ScriptedLeader.voters(3)).node.raft;
  private final List<PendingRead> unserved = new ArrayList<>();
  private final long start = Long.MIN_VALUE + 7;
  private final ReadGroups reads = new ReadGroups(start);

  /** Reads come in; true if the Raft thread was to be woken for the last of them. */
  private boolean arrive(int count) {
    boolean calls = false;
    for (int i = 0; i < count; i++) {
      PendingRead read = new PendingRead(start, start + 1000 * MILLI);
      unserved.add(read);
      calls = reads.arrive(read);
    }
    return calls;
  }

  private void serve() {
    unserved.forEach(PendingRead::ready);
    unserved.clear();
  }

  @Test
  void readsThatComeOneAtATimeDoNotWait() {
    for (int i = 0; i < 3; i++) {
      assertTrue(arrive(1));
      assertTrue(reads.handOver(raft, start));
      serve();
      assertFalse(reads.handOver(raft, start), "there is none");
    }
  }

  @Test
  void theNextGroupWaitsUntilTheLastIsServed() {
    arrive(8);
    assertTrue(reads.handOver(raft, start));
    arrive(8);
    assertFalse(reads.handOver(raft, start));
    assertFalse(reads.handOver(raft, start + 19 * MILLI));
    assertTrue(reads.handOver(raft, start + 21 * MILLI), "what holds them up may never be served");
  }

  @Test
  void behindAGroupThereIsAPauseUntilMostOfTheUsualNumberAreThere() {
    arrive(8);
    assertTrue(reads.handOver(raft, start));
    serve();
    assertFalse(reads.handOver(raft, start));
    assertFalse(arrive(5));
    assertFalse(reads.handOver(raft, start));
    assertTrue(reads.idleNanos(start) < MILLI, "the Raft thread comes back by itself");
    assertTrue(arrive(1), "six are most of eight");
    assertTrue(reads.handOver(raft, start));
  }

  @Test
  void thePauseIsShort() {
    arrive(8);
    assertTrue(reads.handOver(raft, start));
    serve();
    assertFalse(reads.handOver(raft, start));
    arrive(1);
    assertTrue(reads.handOver(raft, start + MILLI));
  }

  @Test
  void whoComesWhileNobodyLooksCalls() {
    arrive(1);
    assertTrue(reads.handOver(raft, start));
    serve();
    assertFalse(reads.handOver(raft, start));
    assertEquals(20 * MILLI, reads.idleNanos(start), "nothing is to be done");
    assertTrue(arrive(1));
  }

  @Test
  void oneThatIsDoneHoldsUpNobody() {
    arrive(2);
    assertTrue(reads.handOver(raft, start));
    unserved.forEach(r -> r.end(new ConsensusException.DeadlinePassed("late")));
    reads.sweep();
    arrive(2);
    assertTrue(reads.handOver(raft, start + MILLI));
  }
}
