package hraftd.chaos.check;

import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.util.List;

/**
 * The definition, tried literally: every order of every choice of operations. Shares nothing with
 * {@link Search}, so that the two can judge each other. For histories of at most ten operations.
 */
final class BruteForce {

  private final List<Operation> operations;

  BruteForce(List<Operation> operations) {
    this.operations = operations;
  }

  boolean explains() {
    return explains(0, Operation.ABSENT);
  }

  private boolean explains(int done, String state) {
    if (complete(done)) {
      return true;
    }
    for (int i = 0; i < operations.size(); i++) {
      if ((done & 1 << i) == 0 && mayComeNext(i, done) && agrees(operations.get(i), state)) {
        Operation o = operations.get(i);
        boolean changes = o.writes() && o.outcome() != Outcome.UNMET;
        String after = changes ? String.valueOf(o.value()) : state;
        if (explains(done | 1 << i, after)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean complete(int done) {
    for (int i = 0; i < operations.size(); i++) {
      if ((done & 1 << i) == 0 && answered(operations.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean answered(Operation o) {
    return o.outcome() == Outcome.DONE || o.outcome() == Outcome.UNMET;
  }

  private boolean mayComeNext(int i, int done) {
    Operation candidate = operations.get(i);
    if (candidate.outcome() == Outcome.REJECTED || (!answered(candidate) && !candidate.writes())) {
      return false;
    }
    for (int j = 0; j < operations.size(); j++) {
      Operation other = operations.get(j);
      if ((done & 1 << j) == 0 && answered(other) && other.returned() < candidate.invoked()) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(Operation o, String state) {
    boolean conditionHolds = o.kind() != Kind.COMPARE_AND_WRITE || state.equals(o.expected());
    if (o.outcome() == Outcome.UNKNOWN) {
      return conditionHolds;
    }
    boolean present = !state.equals(Operation.ABSENT);
    boolean observedHolds =
        o.observed() == null
            || (o.observed().equals(Operation.PRESENT) ? present : o.observed().equals(state));
    return observedHolds && conditionHolds == (o.outcome() == Outcome.DONE);
  }
}
