package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

  @Test
  void noMoreIsKeptThanIsOfUse() {
    for (int i = 1; i <= 5000; i++) {
      times.written(i, i);
    }
    times.committed(5000, 5000);
    assertEquals(1024, told.size());
  }
}
