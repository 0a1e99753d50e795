package hraftd.chaos.check;

import hraftd.chaos.check.Operation.Outcome;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The store's revision must agree with time over all registers: no answer shows an older revision
 * than an answer that was complete before the request was sent, and no two writes have the same
 * one. This is cheaper and sees more than the search: a lost write of one key shows in the reads of
 * all others. Keeps nothing.
 */
public final class RevisionOrder {

  private RevisionOrder() {}

  /** At most one violation of each kind: the first. */
  public static List<Judgement> failures(List<Operation> history) {
    List<Operation> known =
        history.stream()
            .filter(o -> o.revision() >= 0)
            .filter(o -> o.outcome() == Outcome.DONE || o.outcome() == Outcome.UNMET)
            .toList();
    List<Judgement> failures = new java.util.ArrayList<>();
    backwards(known, failures);
    twice(known, failures);
    return failures;
  }

  private static void backwards(List<Operation> known, List<Judgement> failures) {
    List<Operation> byReturn =
        known.stream().sorted(Comparator.comparingLong(Operation::returned)).toList();
    List<Operation> byInvoke =
        known.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
    Operation newest = null;
    int complete = 0;
    for (Operation o : byInvoke) {
      while (complete < byReturn.size() && byReturn.get(complete).returned() < o.invoked()) {
        Operation earlier = byReturn.get(complete++);
        newest = newest == null || earlier.revision() > newest.revision() ? earlier : newest;
      }
      if (newest != null && o.revision() < newest.revision() + (changes(o) ? 1 : 0)) {
        failures.add(
            new Judgement.Violation(
                o.register(),
                "the revision went back from " + newest.revision() + " to " + o.revision(),
                List.of(newest, o)));
        return;
      }
    }
  }

  private static void twice(List<Operation> known, List<Judgement> failures) {
    Map<Long, Operation> writers = new HashMap<>();
    for (Operation o : known) {
      if (changes(o)) {
        Operation other = writers.put(o.revision(), o);
        if (other != null) {
          failures.add(
              new Judgement.Violation(
                  o.register(), "two writes have revision " + o.revision(), List.of(other, o)));
          return;
        }
      }
    }
  }

  private static boolean changes(Operation o) {
    boolean deletedNothing =
        Operation.ABSENT.equals(o.value()) && Operation.ABSENT.equals(o.observed());
    return o.writes() && o.outcome() == Outcome.DONE && !deletedNothing;
  }
}
