package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.RaftMeter;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitTimesTest {

  private final List<Long> told = new ArrayList<>();
  private final CommitTimes times = new CommitTimes(told::add);

  @Test
  void eachBatchIsMeasuredOnceWhenItsLastEntryIsCommitted() {
    times.written(3, 100);
    times.written(5, 110);
    times.committed(2, 120);
    assertEquals(List.of(), told);
    times.committed(4, 130);
    assertEquals(List.of(30L), told);
    times.committed(5, 150);
    times.committed(5, 160);
    assertEquals(List.of(30L, 40L), told);
  }

  /** One voter: what a batch writes is durable, and committed, before the batch ends. */
  @Test
  void whatIsCommittedInTheBatchThatWroteItTakesNoNegativeTime() {
    long[] clock = {0};
    ScriptedRaft node =
        new ScriptedRaft(
            ScriptedLeader.voter(1),
            new Membership(ScriptedLeader.voters(1)),
            /* share= */ 50,
            new MemoryLog(() -> {}),
            new MemoryTermStore(),
            new MemorySnapshots(),
            () -> clock[0]++,
            message -> {});
    node.meter(
        new RaftMeter() {
          @Override
          public void committed(long nanos) {
            told.add(nanos);
          }
        });
    node.raft.campaign();
    for (int i = 0; i < 5; i++) {
      node.endOfBatch();
    }
    node.write("value");
    node.endOfBatch();
    assertTrue(told.size() >= 2 && told.stream().allMatch(nanos -> nanos > 0), told::toString);
  }

  @Test
  void noMoreIsKeptThanIsOfUse() {
    for (int i = 1; i <= 5000; i++) {
      times.written(i, i);
    }
    times.committed(5000, 5000);
    assertEquals(1024, told.size());
  }
}
