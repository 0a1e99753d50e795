package hraftd.e2e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waiting for a condition, with a limit. */
final class Eventually {

  /** Longer than anything takes on a busy machine; only a failure waits for it. */
  static final Duration LONG = Duration.ofSeconds(30);

  private static final long POLL_MILLIS = 20;

  private Eventually() {}

  /** Something that may not work yet. */
  @FunctionalInterface
  interface Attempt<T> {
    /** Gives the result, or throws (an AssertionError too) if it is not there yet. */
    T run() throws Exception;
  }

  /** A condition that may not hold yet. */
  @FunctionalInterface
  interface Condition {
    /** True if it holds. */
    boolean holds() throws Exception;
  }

  /** Tries until an attempt succeeds; the last failure is the cause if none does. */
  static <T> T eventually(String what, Duration limit, Attempt<T> attempt) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Throwable failure;
      try {
        return attempt.run();
      } catch (Exception | AssertionError e) {
        failure = e;
      }
      if (System.nanoTime() - end > 0) {
        throw failed(what, limit, failure);
      }
      pause();
    }
  }

  /** Waits until a condition holds; one that throws does not hold. */
  static void eventually(String what, Condition condition) {
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

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static AssertionError failed(String what, Duration limit, @Nullable Throwable last) {
    return new AssertionError(
        "not within " + limit.toMillis() + " ms: " + what + (last == null ? "" : "; last: " + last),
        last);
  }
}
