package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How slow is too slow. */
class LeastRateTest {

  private final LeastRate rate = new LeastRate(Duration.ofSeconds(10), 100);

  private static long seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void atFirstAnyRateWillDo() {
    assertFalse(rate.isMissed(0, 0));
    assertFalse(rate.isMissed(0, seconds(10)));
  }

  @Test
  void thenItIsTheAverageThatCounts() {
    assertTrue(rate.isMissed(1099, seconds(11)));
    assertFalse(rate.isMissed(1100, seconds(11)));
    assertFalse(rate.isMissed(8L << 20, Duration.ofHours(20).toNanos()));
    assertTrue(rate.isMissed(1, Long.MAX_VALUE));
  }
}
