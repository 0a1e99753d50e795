package hraftd.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** Counts and times the answers of one route. Thread-safe and cheap. */
public final class RouteMeter {

  /** Those that there are, and 0 for an answer that got none. */
  private static final int STATUSES = 600;

  private static final int FIRST_FAILURE = 500;

  private final IntFunction<LongConsumer> newTimer;
  private final LongAdder failures;
  private final AtomicReferenceArray<LongConsumer> timers = new AtomicReferenceArray<>(STATUSES);

  /**
   * A meter that has seen nothing.
   *
   * @param newTimer gives the timer of a status, in nanoseconds; the same one if two threads ask
   * @param failures counts the answers of all routes with 5xx
   */
  RouteMeter(IntFunction<LongConsumer> newTimer, LongAdder failures) {
    this.newTimer = newTimer;
    this.failures = failures;
  }

  /** One answer, with its status and the time it took. */
  public void record(int status, long nanos) {
    int known = status < 0 || status >= STATUSES ? 0 : status;
    if (known >= FIRST_FAILURE) {
      failures.increment();
    }
    LongConsumer timer = timers.get(known);
    if (timer == null) {
      timer = newTimer.apply(known);
      timers.set(known, timer);
    }
    timer.accept(nanos);
  }
}
