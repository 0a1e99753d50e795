package hraftd.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what will be true soon, and no longer than a limit. */
final class Eventually {

  private static final Duration POLL = Duration.ofMillis(10);

  private Eventually() {}

  /**
   * Returns when the condition holds.
   *
   * @param what is waited for, for people
   * @throws Failed if it does not in time
   */
  static void eventually(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw new Failed("not within " + limit.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
