package hraftd.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which time without acknowledgements counts, and for which fault. */
class GapsTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static List<Operation> acknowledgedAt(double... seconds) {
    List<Operation> operations = new ArrayList<>();
    for (double second : seconds) {
      long at = (long) (second * SECOND);
      operations.add(write(operations.size(), at, Outcome.DONE));
    }
    return operations;
  }

  private static Operation write(int id, long at, Outcome outcome) {
    return new Operation(id, "c", "n1", "x", Kind.WRITE, null, "v" + id, at, at, outcome, null, -1);
  }

  private static Fault fault(double from, double to, boolean total) {
    return new Fault("f", List.of("n1"), (long) (from * SECOND), (long) (to * SECOND), total);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void theLongestIsFoundBetweenAcknowledgementsAndAtTheEnds() {
    Gaps gaps = Gaps.of(acknowledgedAt(0.5, 1.0, 1.2), List.of(), 0, 2 * SECOND);
    assertEquals(millis(800), gaps.longest());
    assertEquals(gaps.longest(), gaps.undisturbed());
    assertNull(gaps.fault());
  }

  @Test
  void anUnknownWriteIsNoAcknowledgement() {
    List<Operation> operations = acknowledgedAt(0.5, 1.5);
    operations.add(write(2, SECOND, Outcome.UNKNOWN));
    assertEquals(millis(1000), Gaps.of(operations, List.of(), 0, 2 * SECOND).longest());
  }

  @Test
  void aGapBelongsToTheFaultThatItOverlaps() {
    Fault fault = fault(10.2, 12, false);
    Gaps gaps =
        Gaps.of(
            acknowledgedAt(9.9, 10.1, 11.0, 11.1),
            List.of(fault),
            9 * SECOND + SECOND / 2,
            11 * SECOND + SECOND / 5);
    assertEquals(millis(900), gaps.longest());
    assertEquals(fault, gaps.fault());
    assertEquals(millis(-100), gaps.into());
    assertEquals(millis(400), gaps.undisturbed());
  }

  @Test
  void whileNothingCanServeTimeDoesNotCount() {
    Gaps gaps =
        Gaps.of(acknowledgedAt(1.0, 5.0), List.of(fault(1, 4, true)), 0, 5 * SECOND + SECOND / 2);
    assertEquals(millis(1000), gaps.longest());
  }

  @Test
  void withoutAnyAcknowledgementAllOfTheTimeIsAGap() {
    assertEquals(millis(3000), Gaps.of(List.of(), List.of(), 0, 3 * SECOND).longest());
  }
}
