package hraftd.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** Counts and times the answers of one route. Thread-safe and cheap. */
public final class RouteMeter {

  /** Those that there are, and 0 for an answer that got none. */
  private static final int STATUSES = 600;

  private final IntFunction<LongConsumer> newTimer;
  private final AtomicReferenceArray<LongConsumer> timers = new AtomicReferenceArray<>(STATUSES);

  /**
   * A meter that has seen nothing.
   *
   * @param newTimer gives the timer of a status, in nanoseconds; the same one if two threads ask
   */
  RouteMeter(IntFunction<LongConsumer> newTimer) {
    this.newTimer = newTimer;
  }

  /** One answer, with its status and the time it took. */
  public void record(int status, long nanos) {
    int known = status < 0 || status >= STATUSES ? 0 : status;
    LongConsumer timer = timers.get(known);
    if (timer == null) {
      timer = newTimer.apply(known);
      timers.set(known, timer);
    }
    timer.accept(nanos);
  }
}
