package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Time counts as far as something could have been heard in it. */
class ListeningClockTest {

  /** The clock of a machine may overflow. */
  private static final long START = Long.MAX_VALUE - Duration.ofMillis(1).toNanos();

  private final ListeningClock clock = new ListeningClock(START);

  @Test
  void whileBatchesFollowEachOtherAllTimeCounts() {
    long now = START;
    for (int i = 0; i < 100; i++) {
      now += Duration.ofMillis(5).toNanos();
      clock.beginOfBatch(now);
    }
    assertEquals(now, clock.nanoTime());
  }

  @Test
  void timeInWhichItsThreadRestsCountsAndNotMuchMore() {
    long rest = Duration.ofMillis(80).toNanos();
    clock.rests(rest);
    clock.beginOfBatch(START + rest + 1);
    assertEquals(START + rest + 1, clock.nanoTime());
    clock.rests(rest);
    clock.beginOfBatch(START + Duration.ofMinutes(10).toNanos());
    assertEquals(START + 2 * rest + 1 + ListeningClock.MAX_STEP_NANOS, clock.nanoTime());
  }

  @Test
  void aPauseCountsLittleHoweverLongItIs() {
    clock.beginOfBatch(START + Duration.ofMinutes(10).toNanos());
    assertEquals(START + ListeningClock.MAX_STEP_NANOS, clock.nanoTime());
    clock.beginOfBatch(START + Duration.ofMinutes(10).toNanos() + 7);
    assertEquals(START + ListeningClock.MAX_STEP_NANOS + 7, clock.nanoTime());
  }
}
