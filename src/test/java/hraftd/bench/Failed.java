package hraftd.bench;

import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A measurement that cannot go on; the message is for the person who started it. */
final class Failed extends RuntimeException {
  private static final long serialVersionUID = 1;

  Failed(String message) {
    super(message);
  }

  Failed(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns when the condition holds.
   *
   * @param what is waited for, for people
   * @throws Failed if it does not in time
   */
  static void unless(String what, Duration limit, BooleanSupplier condition) {
    if (!Eventually.within(limit, condition)) {
      throw new Failed("not within " + limit.toSeconds() + " s: " + what);
    }
  }
}
