package hraftd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Medians, ratios and what they say of the targets. */
class ResultsTest {

  private static final Load WRITE = Load.named("write-64");

  private static Sample sample(String system, int round, double ops, double p99, double errors) {
    return new Sample(
        system, WRITE, round, Map.of(Metric.OPS, ops, Metric.P99, p99, Metric.ERRORS, errors));
  }

  private static Results results(Sample... samples) {
    Results results = new Results();
    List.of(samples).forEach(results::add);
    return results;
  }

  @Test
  void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
    assertEquals(5, Results.median(5));
    assertEquals(5, Results.median(100, 5, 1));
    assertEquals(3, Results.median(4, 1, 2, 100));
    assertThrows(IllegalArgumentException.class, Results::median);
  }

  @Test
  void oneBadRoundDoesNotMoveTheFigures() {
    Results results =
        results(
            sample("hraftd", 1, 300, 5, 0),
            sample("hraftd", 2, 10, 900, 0),
            sample("hraftd", 3, 310, 6, 0));
    assertEquals(OptionalDouble.of(300), results.median("hraftd", WRITE, Metric.OPS));
    assertEquals(OptionalDouble.of(6), results.median("hraftd", WRITE, Metric.P99));
  }

  @Test
  void butItsErrorsAreNotForgotten() {
    Results results =
        results(
            sample("hraftd", 1, 1, 1, 0),
            sample("hraftd", 2, 1, 1, 7),
            sample("hraftd", 3, 1, 1, 0));
    assertEquals(OptionalDouble.of(7), results.median("hraftd", WRITE, Metric.ERRORS));
  }

  @Test
  void thereIsNoRatioToWhatWasNotMeasured() {
    Results results = results(sample("hraftd", 1, 300, 5, 0), sample("etcd", 1, 100, 5, 0));
    assertEquals(OptionalDouble.of(3), results.ratio("hraftd", WRITE, "etcd", WRITE, Metric.OPS));
    assertEquals(OptionalDouble.empty(), results.ratio("hraftd", WRITE, "bare", WRITE, Metric.OPS));
    assertEquals(
        OptionalDouble.empty(), results.ratio("hraftd", WRITE, "etcd", WRITE, Metric.ERRORS));
  }

  @Test
  void aTargetIsMetAtItsBound() {
    assertTrue(new Goal("t", OptionalDouble.of(3), 3, /* atLeast= */ true).met());
    assertFalse(new Goal("t", OptionalDouble.of(2.99), 3, /* atLeast= */ true).met());
    assertTrue(new Goal("t", OptionalDouble.of(1), 1, /* atLeast= */ false).met());
    assertFalse(new Goal("t", OptionalDouble.of(1.01), 1, /* atLeast= */ false).met());
    assertFalse(new Goal("t", OptionalDouble.empty(), 1, /* atLeast= */ false).met());
  }

  @Test
  void theTargetsAreJudgedByTheRatios() {
    List<Goal> targets =
        Goal.of(results(sample("hraftd", 1, 300, 5, 0), sample("etcd", 1, 100, 4, 0)), "hraftd");
    assertTrue(targets.get(0).met());
    assertFalse(targets.get(1).met());
    assertTrue(targets.get(1).row().contains("1.25"), targets.get(1)::row);
  }
}
