package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<Long> told = new ArrayList<>();
  private final RoundTrip trip = new RoundTrip(told::add, 0);

  @Test
  void theFirstMessageOfARoundCountsAndTheFirstAnswer() {
    trip.sent(1, 100);
    trip.sent(1, 150);
    trip.answered(0, 160);
    assertEquals(List.of(), told);
    trip.answered(1, 170);
    trip.answered(1, 180);
    assertEquals(List.of(70L), told);
  }

  /** An answer to the message before it would seem too fast. */
  @Test
  void aLaterMessageOfTheSameRoundIsNotMeasured() {
    trip.sent(1, 100);
    trip.answered(1, 200);
    trip.sent(1, 300);
    trip.answered(1, 301);
    assertEquals(List.of(100L), told);
  }

  @Test
  void aRoundThatBeginsMeanwhileIsNotMeasured() {
    trip.sent(1, 100);
    trip.sent(2, 190);
    trip.answered(1, 200);
    trip.answered(2, 250);
    assertEquals(List.of(100L), told);
    trip.sent(3, 300);
    trip.answered(3, 310);
    assertEquals(List.of(100L, 10L), told);
  }

  @Test
  void whatIsLostHasNoAnswer() {
    trip.sent(1, 100);
    trip.lost();
    trip.answered(1, 5000);
    assertEquals(List.of(), told);
  }

  @Test
  void itIsDueOnceASecond() {
    assertTrue(trip.isDue(0), "nothing was measured yet");
    trip.sent(1, 100);
    assertFalse(trip.isDue(100 + SECOND), "the answer is awaited");
    trip.answered(1, 200);
    assertFalse(trip.isDue(100 + SECOND - 1));
    assertTrue(trip.isDue(100 + SECOND));
  }
}
