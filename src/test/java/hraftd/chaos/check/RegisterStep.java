package hraftd.chaos.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An operation as the search sees it: what must hold of the register's state when it takes effect,
 * and the state it leaves. States are small numbers, {@link #ABSENT} is no value.
 *
 * @param id the operation's
 * @param invoked it takes effect not before this
 * @param returned it takes effect not after this; meaningless if optional
 * @param optional it may also take effect later, or never
 * @param condition what must hold
 * @param operand the state the condition speaks of
 * @param effect the state afterwards, or {@link #KEEP}
 */
record RegisterStep(
    int id,
    long invoked,
    long returned,
    boolean optional,
    Condition condition,
    int operand,
    int effect) {

  static final int ABSENT = 0;
  static final int KEEP = -1;

  enum Condition {
    ANY,
    EQUAL,
    DIFFERENT,
    NEVER
  }

  boolean allowedIn(int state) {
    return switch (condition) {
      case ANY -> true;
      case EQUAL -> state == operand;
      case DIFFERENT -> state != operand;
      case NEVER -> false;
    };
  }

  int after(int state) {
    return effect == KEEP ? state : effect;
  }

  /** True if the operation learned something about the state it met. */
  boolean observes() {
    return condition != Condition.ANY;
  }

  /**
   * The steps of one register's operations, in the order in which they were invoked, without those
   * that say nothing: rejected ones, reads without an answer, and unknown writes that nobody can
   * have seen.
   */
  static List<RegisterStep> of(List<Operation> operations) {
    Map<String, Integer> states = new HashMap<>();
    states.put(Operation.ABSENT, ABSENT);
    List<RegisterStep> steps = new ArrayList<>();
    operations.stream()
        .sorted(java.util.Comparator.comparingLong(Operation::invoked))
        .filter(o -> o.outcome() != Operation.Outcome.REJECTED)
        .filter(o -> o.writes() || o.outcome() == Operation.Outcome.DONE)
        .forEach(o -> steps.add(of(o, states)));
    return withoutUnseen(steps);
  }

  private static RegisterStep of(Operation o, Map<String, Integer> states) {
    boolean optional = o.outcome() == Operation.Outcome.UNKNOWN;
    boolean unmet = o.outcome() == Operation.Outcome.UNMET;
    String observed = optional ? null : o.observed();
    Condition condition = Condition.ANY;
    String operand = Operation.ABSENT;
    if (o.kind() == Operation.Kind.COMPARE_AND_WRITE && !unmet) {
      condition = Condition.EQUAL;
      operand = required(o.expected());
    } else if (observed != null && observed.equals(o.expected())) {
      condition = Condition.NEVER;
    } else if (Operation.PRESENT.equals(observed)) {
      condition = Condition.DIFFERENT;
    } else if (observed != null) {
      condition = Condition.EQUAL;
      operand = observed;
    } else if (unmet) {
      condition = Condition.DIFFERENT;
      operand = required(o.expected());
    }
    int effect = o.writes() && !unmet ? number(required(o.value()), states) : KEEP;
    return new RegisterStep(
        o.id(), o.invoked(), o.returned(), optional, condition, number(operand, states), effect);
  }

  /**
   * An optional write matters only if something observes the state right after it; without an
   * observer the history can be explained with it exactly if it can without.
   */
  private static List<RegisterStep> withoutUnseen(List<RegisterStep> steps) {
    Set<Integer> seen = new HashSet<>();
    boolean blind = false;
    for (RegisterStep step : steps) {
      if (step.condition == Condition.EQUAL) {
        seen.add(step.operand);
      }
      blind |= step.condition == Condition.DIFFERENT;
    }
    boolean anySeen = blind;
    return steps.stream().filter(s -> !s.optional || anySeen || seen.contains(s.effect)).toList();
  }

  private static int number(String value, Map<String, Integer> states) {
    return states.computeIfAbsent(value, v -> states.size());
  }

  private static String required(@org.jspecify.annotations.Nullable String value) {
    return java.util.Objects.requireNonNull(value, "an operation lacks its value");
  }
}
