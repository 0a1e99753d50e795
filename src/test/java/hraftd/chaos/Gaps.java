package hraftd.chaos;

import hraftd.chaos.check.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The longest times in which no client had a write acknowledged.
 *
 * @param longest of the whole run
 * @param fault the fault during or shortly after which it was, null if there was none
 * @param into how long after the fault's beginning it began; zero if there was no fault
 * @param undisturbed the longest away from every fault
 */
record Gaps(Duration longest, @Nullable Fault fault, Duration into, Duration undisturbed) {

  /** So long after a fault was mended a gap is still put down to it. */
  private static final long AFTERMATH = Duration.ofSeconds(5).toNanos();

  /**
   * While nothing can serve, time does not count: a gap then begins when everything was started
   * again.
   *
   * @param from when the clients had begun
   * @param to when they were told to stop
   */
  static Gaps of(List<Operation> operations, List<Fault> faults, long from, long to) {
    long[] moments =
        operations.stream()
            .filter(o -> o.writes() && o.outcome() == Operation.Outcome.DONE)
            .mapToLong(Operation::returned)
            .filter(t -> t > from && t < to)
            .sorted()
            .toArray();
    long longest = 0;
    long undisturbed = 0;
    long longestFrom = from;
    Fault worst = null;
    long last = from;
    for (int i = 0; i <= moments.length; i++) {
      long next = i < moments.length ? moments[i] : to;
      Fault fault = during(faults, last, next);
      long begin =
          fault != null && fault.total() ? Math.max(last, Math.min(fault.to(), next)) : last;
      if (fault == null) {
        undisturbed = Math.max(undisturbed, next - begin);
      }
      if (next - begin > longest) {
        longest = next - begin;
        longestFrom = begin;
        worst = fault;
      }
      last = next;
    }
    Duration into = Duration.ofNanos(worst == null ? 0 : longestFrom - worst.from());
    return new Gaps(Duration.ofNanos(longest), worst, into, Duration.ofNanos(undisturbed));
  }

  private static @Nullable Fault during(List<Fault> faults, long from, long to) {
    Fault found = null;
    for (Fault fault : faults) {
      if (fault.from() <= to && fault.to() + AFTERMATH >= from) {
        found = found == null || fault.total() || !found.total() ? fault : found;
      }
    }
    return found;
  }
}
