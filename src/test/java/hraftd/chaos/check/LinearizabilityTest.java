package hraftd.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker against the definition, and against histories whose verdict is known. */
class LinearizabilityTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String ABSENT = Operation.ABSENT;

  private static List<Judgement> failures(Histories history) {
    return new Linearizability(LIMIT).failures(history.all());
  }

  private static Judgement.Violation violation(Histories history) {
    List<Judgement> failures = failures(history);
    assertEquals(1, failures.size());
    return (Judgement.Violation) failures.get(0);
  }

  private static void assertLegal(Histories history) {
    assertEquals(List.of(), failures(history));
  }

  @Test
  void agreesWithTheDefinitionOnSmallHistories() {
    Random random = new Random(4);
    int legal = 0;
    int rounds = 30_000;
    for (int i = 0; i < rounds; i++) {
      double wrong = i % 3 * 0.4;
      List<Operation> history =
          Histories.random(random, 2 + random.nextInt(7), 1 + random.nextInt(4), wrong, true);
      boolean expected = new BruteForce(history).explains();
      assertEquals(
          expected,
          Linearizability.search(history, LIMIT) == Search.Result.FOUND,
          history::toString);
      if (wrong == 0) {
        assertTrue(expected, history::toString);
      }
      legal += expected ? 1 : 0;
    }
    assertTrue(legal > rounds / 2 && legal < rounds * 9 / 10, "one-sided: " + legal);
  }

  @Test
  void aCounterexampleIsItselfImpossibleAndPartOfTheHistory() {
    Random random = new Random(5);
    int seen = 0;
    for (int i = 0; i < 300; i++) {
      List<Operation> history = Histories.random(random, 60, 4, 0.02, true);
      for (Judgement verdict : new Linearizability(LIMIT).failures(history)) {
        List<Operation> small = ((Judgement.Violation) verdict).counterexample();
        assertTrue(history.containsAll(small));
        assertTrue(small.size() < history.size());
        assertEquals(Search.Result.IMPOSSIBLE, Linearizability.search(small, LIMIT));
        seen++;
      }
    }
    assertTrue(seen > 50, "only " + seen);
  }

  @Test
  void staleRead() {
    Judgement.Violation found =
        violation(new Histories().put(0, 1, "a").put(2, 3, "b").read(4, 5, "b").read(6, 7, "a"));
    assertTrue(found.counterexample().stream().anyMatch(o -> o.id() == 3));
  }

  @Test
  void aReadOfAbsenceAfterAnAcknowledgedPut() {
    violation(new Histories().put(0, 1, "a").read(2, 3, ABSENT));
  }

  @Test
  void lostUpdate() {
    violation(new Histories().put(0, 1, "a").swap(2, 3, "a", "b").put(4, 5, "c").read(6, 7, "b"));
  }

  @Test
  void valueFromNowhere() {
    assertEquals(
        "a value from nowhere: nobody wrote z",
        violation(new Histories().put(0, 1, "a").read(2, 3, "z")).reason());
  }

  @Test
  void valueFromTheFuture() {
    assertEquals(
        "a value from the future: a",
        violation(new Histories().read(0, 1, "a").put(2, 3, "a")).reason());
  }

  @Test
  void aRejectedWriteThatTookEffect() {
    assertEquals(
        "a rejected write took effect: a",
        violation(new Histories().rejectedPut(0, 1, "a").read(2, 3, "a")).reason());
  }

  @Test
  void doubleConditionalPut() {
    violation(new Histories().put(0, 1, "a").swap(2, 9, "a", "b").swap(2, 9, "a", "c"));
  }

  @Test
  void twoCreatorsOfOneKey() {
    violation(new Histories().swap(0, 9, ABSENT, "a").swap(0, 9, ABSENT, "b"));
    assertLegal(new Histories().swap(0, 9, ABSENT, "a").delete(3, 8, null).swap(0, 9, ABSENT, "b"));
  }

  @Test
  void aRefusalThoughTheConditionHeld() {
    violation(new Histories().put(0, 1, "a").unmetSwap(2, 3, "a", "b", null));
    assertLegal(new Histories().put(0, 1, "a").put(1, 4, "c").unmetSwap(2, 3, "a", "b", null));
  }

  @Test
  void aDeleteThatFoundSomethingWhereNothingWas() {
    violation(new Histories().put(0, 1, "a").delete(2, 3, ABSENT));
    violation(new Histories().delete(0, 1, Operation.PRESENT));
    assertLegal(new Histories().unknownPut(0, 1, "a").delete(2, 3, Operation.PRESENT));
  }

  @Test
  void theLateEffectOfAnUnknownWriteIsLegal() {
    assertLegal(
        new Histories()
            .put(0, 1, "a")
            .unknownPut(2, 3, "b")
            .read(4, 5, "a")
            .put(6, 7, "c")
            .read(8, 9, "c")
            .read(10, 11, "b"));
  }

  @Test
  void anUnknownWriteThatAppearsAndVanishesIsNot() {
    violation(new Histories().put(0, 1, "a").unknownPut(2, 3, "b").read(4, 5, "b").read(6, 7, "a"));
  }

  @Test
  void anUnknownWriteThatTakesEffectTwiceIsNot() {
    violation(
        new Histories()
            .unknownPut(2, 3, "b")
            .read(4, 5, "b")
            .put(6, 7, "c")
            .read(8, 9, "c")
            .read(10, 11, "b"));
  }

  @Test
  void anUnknownSwapNeedsItsCondition() {
    assertLegal(new Histories().put(0, 1, "a").unknownSwap(2, 3, "a", "b").read(8, 9, "b"));
    violation(
        new Histories().put(0, 1, "a").put(4, 5, "c").unknownSwap(6, 7, "a", "b").read(8, 9, "b"));
  }

  @Test
  void unknownWritesMayBuildOnEachOther() {
    assertLegal(
        new Histories()
            .put(0, 1, "a")
            .unknownSwap(2, 3, "b", "c")
            .unknownSwap(2, 3, "a", "b")
            .read(8, 9, "c"));
  }

  @Test
  void thousandsOfOperationsWithManyUnknownAreQuick() {
    List<Operation> history = Histories.random(new Random(6), 4_000, 3, 0, false);
    assertEquals(Search.Result.FOUND, Linearizability.search(history, LIMIT));
    String first =
        history.stream()
            .filter(o -> o.outcome() == Operation.Outcome.DONE && o.value() != null)
            .map(o -> String.valueOf(o.value()))
            .filter(v -> !v.equals(ABSENT))
            .findFirst()
            .orElseThrow();
    List<Operation> broken = new ArrayList<>(history);
    broken.addAll(new Histories().read(1_000_000, 1_000_001, first).all());
    assertEquals(Search.Result.IMPOSSIBLE, Linearizability.search(broken, LIMIT));
  }

  @Test
  void givesUpAtItsDeadline() {
    List<Operation> history = Histories.random(new Random(7), 8_000, 12, 0, false);
    assertEquals(Search.Result.UNDECIDED, Linearizability.search(history, Duration.ZERO));
  }
}
