package hraftd.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The clock runs with real time, and is what the newest leader's was. */
class ProposerClockTest {

  private long nanos = 17;
  private final ProposerClock clock = new ProposerClock(() -> nanos);

  private void pass(long millis) {
    nanos += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void it_runs_on_from_what_was_applied_last() {
    assertEquals(0, clock.now());
    clock.applied(0, 5000);
    pass(300);
    assertEquals(5300, clock.now());
    clock.applied(0, 5100);
    assertEquals(5300, clock.now(), "what was proposed before does not turn it back");
  }

  @Test
  void a_snapshots_clock_counts_even_if_it_is_less() {
    clock.applied(3, 1000);
    pass(5000);
    clock.restored(2000);
    pass(1);
    assertEquals(2001, clock.now());
  }

  @Test
  void a_new_leaders_first_entry_counts_even_if_it_is_less() {
    clock.applied(3, 1000);
    pass(5000);
    clock.applied(3, 2000);
    assertEquals(6000, clock.now());
    clock.applied(4, 2000);
    assertEquals(2000, clock.now());
    clock.applied(3, 9000);
    pass(1);
    clock.applied(4, 3000);
    assertEquals(9001, clock.now());
  }
}
