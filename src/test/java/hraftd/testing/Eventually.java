package hraftd.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do, and no longer than a limit. Any thread. */
public final class Eventually {

  /** Longer than anything takes on a busy machine; only a failure waits for it. */
  public static final Duration LONG = Duration.ofSeconds(60);

  private static final long FIRST_POLL_MILLIS = 1;

  /** Rarely enough that asking a node over HTTP is no load for it. */
  private static final long LONGEST_POLL_MILLIS = 20;

  private Eventually() {}

  /** Something that may not work yet. */
  @FunctionalInterface
  public interface Attempt<T> {
    /** Gives the result, or throws (an AssertionError too) if it is not there yet. */
    T run() throws Exception;
  }

  /** A condition that may not hold yet. */
  @FunctionalInterface
  public interface Condition {
    /** True if it holds. */
    boolean holds() throws Exception;
  }

  /**
   * Tries until an attempt succeeds; its result.
   *
   * @param what shall succeed, for people
   * @throws AssertionError if none does within the limit, or the thread is interrupted; the last
   *     failure is the cause
   */
  public static <T> T eventually(String what, Duration limit, Attempt<T> attempt) {
    long begin = System.nanoTime();
    long pause = FIRST_POLL_MILLIS;
    while (true) {
      Throwable failure;
      try {
        return attempt.run();
      } catch (Exception | AssertionError e) {
        failure = e;
      }
      if (over(begin, limit)) {
        throw new AssertionError(
            "not within " + limit.toMillis() + " ms: " + what + "; last: " + failure, failure);
      }
      pause = pause(pause);
    }
  }

  /**
   * Returns when the condition holds; one that throws does not hold.
   *
   * @param what it says, for people
   * @throws AssertionError if it does not hold within {@link #LONG}
   */
  public static void eventually(String what, Condition condition) {
    eventually(
        what,
        LONG,
        () -> {
          if (!condition.holds()) {
            throw new AssertionError("it does not hold");
          }
          return what;
        });
  }

  /**
   * Waits for a condition.
   *
   * @return false if it did not hold within the limit, or the thread was interrupted
   */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long begin = System.nanoTime();
    long pause = FIRST_POLL_MILLIS;
    while (!condition.getAsBoolean()) {
      if (over(begin, limit)) {
        return false;
      }
      pause = pause(pause);
    }
    return true;
  }

  private static boolean over(long begin, Duration limit) {
    return System.nanoTime() - begin > limit.toNanos() || Thread.currentThread().isInterrupted();
  }

  /** Returns how long the next pause is; an interrupt ends this one and stays noted. */
  private static long pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Math.min(2 * millis, LONGEST_POLL_MILLIS);
  }
}
