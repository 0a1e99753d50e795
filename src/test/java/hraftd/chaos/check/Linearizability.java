package hraftd.chaos.check;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The checker: a history is linearizable if that of each register is (Herlihy and Wing 1990,
 * locality). Thread-safe, keeps nothing.
 */
public final class Linearizability {

  private final Duration limit;

  /**
   * @param limit for the search on one register, and again for making the counterexample small
   */
  public Linearizability(Duration limit) {
    this.limit = limit;
  }

  /** One verdict for each register that is not linearizable; none if all is well. */
  public List<Judgement> failures(List<Operation> history) {
    Map<String, List<Operation>> registers =
        history.stream().collect(Collectors.groupingBy(Operation::register));
    return registers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> check(e.getKey(), e.getValue()))
        .filter(v -> !v.good())
        .toList();
  }

  private Judgement check(String register, List<Operation> operations) {
    return switch (search(operations, limit)) {
      case FOUND -> new Judgement.Linearizable();
      case UNDECIDED -> new Judgement.Undecided(register, operations.size());
      case IMPOSSIBLE -> {
        List<Operation> small = new Shrinking(limit).shrink(operations);
        yield new Judgement.Violation(register, reason(small, operations), small);
      }
    };
  }

  static Search.Result search(List<Operation> operations, Duration limit) {
    return new Search(RegisterStep.of(operations), System.nanoTime() + limit.toNanos()).run();
  }

  private static String reason(List<Operation> small, List<Operation> all) {
    for (Operation reader : small) {
      String seen = reader.observed();
      if (seen == null || seen.equals(Operation.ABSENT) || seen.equals(Operation.PRESENT)) {
        continue;
      }
      List<Operation> writers =
          all.stream().filter(o -> o.writes() && seen.equals(o.value())).toList();
      if (writers.isEmpty()) {
        return "a value from nowhere: nobody wrote " + seen;
      }
      if (writers.stream().allMatch(o -> o.outcome() == Operation.Outcome.REJECTED)) {
        return "a rejected write took effect: " + seen;
      }
      if (writers.stream().allMatch(o -> o.invoked() > reader.returned())) {
        return "a value from the future: " + seen;
      }
    }
    return small.stream()
        .max(Comparator.comparingLong(Operation::returned))
        .map(last -> "no order explains these " + small.size() + ", up to: " + last.describe())
        .orElse("no order");
  }
}
