package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All that clients saw in one run. Recording is thread-safe; the rest is for after the run.
 *
 * <p>A refused condition is answered with the version that is there, not with the value. Which
 * value that was is known at the end, from whoever wrote or read that version.
 */
final class ClientHistory {

  private final AtomicInteger ids = new AtomicInteger();
  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

  /**
   * @param version that of the value written, read, or met; -1 if unknown
   */
  private record Entry(Operation operation, long version) {}

  int nextId() {
    return ids.getAndIncrement();
  }

  void record(Operation operation, long version) {
    entries.add(new Entry(operation, version));
  }

  int size() {
    return entries.size();
  }

  private record Versioned(String register, long version) {}

  /** Every operation with all that is known about it at the end. */
  List<Operation> operations() {
    Map<Versioned, String> values = new HashMap<>();
    for (Entry e : entries) {
      String value = shown(e.operation);
      if (e.version >= 0 && value != null) {
        values.put(new Versioned(e.operation.register(), e.version), value);
      }
    }
    List<Operation> operations = new ArrayList<>();
    for (Entry e : entries) {
      Operation o = e.operation;
      String met = values.get(new Versioned(o.register(), e.version));
      boolean vague = o.outcome() == Outcome.UNMET && o.observed() == null;
      operations.add(vague && met != null ? o.observing(met) : o);
    }
    return operations;
  }

  /** A version must always mean the same value. */
  List<Judgement> ambiguousVersions() {
    Map<Versioned, Operation> first = new HashMap<>();
    for (Entry e : entries) {
      String value = shown(e.operation);
      if (e.version < 0 || value == null) {
        continue;
      }
      Operation other =
          first.putIfAbsent(new Versioned(e.operation.register(), e.version), e.operation);
      if (other != null && !value.equals(shown(other))) {
        return List.of(
            new Judgement.Violation(
                e.operation.register(),
                "version " + e.version + " means two values",
                List.of(other, e.operation)));
      }
    }
    return List.of();
  }

  private static @org.jspecify.annotations.Nullable String shown(Operation o) {
    if (o.outcome() != Outcome.DONE) {
      return null;
    }
    return o.writes() ? o.value() : o.observed();
  }
}
