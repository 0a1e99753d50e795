package hraftd.raft;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for something that other threads do, for a bounded time. */
public final class Eventually {
  private Eventually() {}

  /** Returns as soon as it holds; fails after 10 seconds. */
  public static void eventually(BooleanSupplier condition) {
    Deadline deadline = Deadline.after(Duration.ofSeconds(10));
    while (!condition.getAsBoolean()) {
      if (deadline.expired()) {
        throw new AssertionError("not within 10 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
