package hraftd.chaos.check;

import hraftd.chaos.check.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a history that has no explanation small, so that a person can see why. Every step only
 * makes the history easier to explain (an answer forgotten, a read left out), so what remains
 * proves the same fault.
 */
final class Shrinking {

  private final long deadline;

  Shrinking(Duration limit) {
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /** Operations as they were recorded, in the order in which they began. */
  List<Operation> shrink(List<Operation> operations) {
    Map<Integer, Operation> recorded =
        operations.stream().collect(Collectors.toMap(Operation::id, o -> o));
    List<Operation> small = shortestBeginning(operations);
    small = easeInChunks(small, false);
    small = easeInChunks(small, true);
    small = easeInChunks(small, false);
    Set<Integer> matters =
        RegisterStep.of(small).stream().map(RegisterStep::id).collect(Collectors.toSet());
    return small.stream()
        .filter(o -> matters.contains(o.id()))
        .map(o -> Objects.requireNonNull(recorded.get(o.id())))
        .sorted(Comparator.comparingLong(Operation::invoked))
        .toList();
  }

  /**
   * What was known when the fault first showed: found by halving, since a longer history is no
   * easier.
   */
  private List<Operation> shortestBeginning(List<Operation> operations) {
    long[] returns =
        operations.stream().mapToLong(Operation::returned).sorted().distinct().toArray();
    int low = 0;
    int high = returns.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (impossible(until(returns[middle], operations))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return expired() ? operations : until(returns[low], operations);
  }

  private static List<Operation> until(long moment, List<Operation> operations) {
    List<Operation> known = new ArrayList<>();
    for (Operation o : operations) {
      if (o.invoked() <= moment) {
        known.add(
            o.returned() <= moment || o.outcome() == Outcome.REJECTED
                ? o
                : o.with(Outcome.UNKNOWN));
      }
    }
    return known;
  }

  /** Leaves out what changes nothing, or forgets the answers of writes, in ever smaller groups. */
  private List<Operation> easeInChunks(List<Operation> operations, boolean forgetWrites) {
    Map<Integer, Operation> kept = new HashMap<>();
    operations.forEach(o -> kept.put(o.id(), o));
    List<Integer> order =
        operations.stream()
            .filter(o -> forgetWrites ? acknowledgedWrite(o) : changesNothing(o))
            .map(Operation::id)
            .toList();
    for (int size = Math.max(1, order.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from < order.size() && !expired(); from += size) {
        Map<Integer, Operation> trial = new HashMap<>(kept);
        for (int id : order.subList(from, Math.min(from + size, order.size()))) {
          trial.computeIfPresent(id, (k, o) -> forgetWrites ? o.with(Outcome.UNKNOWN) : null);
        }
        if (!trial.equals(kept) && impossible(List.copyOf(trial.values()))) {
          kept.clear();
          kept.putAll(trial);
        }
      }
    }
    return List.copyOf(kept.values());
  }

  private static boolean acknowledgedWrite(Operation o) {
    return o.writes() && o.outcome() == Outcome.DONE;
  }

  private static boolean changesNothing(Operation o) {
    return !o.writes() || o.outcome() == Outcome.UNMET;
  }

  private boolean impossible(List<Operation> operations) {
    long left = Math.max(1, deadline - System.nanoTime());
    return Linearizability.search(operations, Duration.ofNanos(left)) == Search.Result.IMPOSSIBLE;
  }

  private boolean expired() {
    return System.nanoTime() - deadline > 0;
  }
}
