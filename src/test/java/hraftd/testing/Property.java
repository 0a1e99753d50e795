package hraftd.testing;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that holds for every case that can be drawn: it is tried with many, and each run of
 * the tests tries others. A case is made of its seed alone. A failure says the seed and the command
 * that runs this one case again; {@code -Dseed=17} runs one, {@code -Dcases=100000} more.
 */
public final class Property {

  /** Enough for a check that takes microseconds. */
  private static final int USUAL_CASES = 1000;

  private static final StackWalker STACK = StackWalker.getInstance();

  private final int cases;
  private final @Nullable Long only;

  private Property(int cases, @Nullable Long only) {
    this.cases = cases;
    this.only = only;
  }

  /** What has to hold for one case. */
  @FunctionalInterface
  public interface Check {
    /** Throws whatever it likes if it does not hold. */
    void of(Draw draw) throws Exception;
  }

  /** Tries the usual number of cases; for the test method itself to call. */
  public static void holds(Check check) {
    holds(USUAL_CASES, check);
  }

  /**
   * Tries so many cases; for the test method itself to call.
   *
   * @throws AssertionError for the first case that fails; its cause is the failure
   */
  public static void holds(int cases, Check check) {
    new Property(Integer.getInteger("cases", cases), Long.getLong("seed")).run(check);
  }

  /** As if the command line had said so: null for no seed. */
  static Property of(int cases, @Nullable Long seed) {
    return new Property(cases, seed);
  }

  void run(Check check) {
    // Neighbours would do as well, but a seed is easier to copy if it is short.
    long first = only == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000_000) : only;
    for (long seed = first; seed < first + (only == null ? cases : 1); seed++) {
      try {
        check.of(new Draw(seed));
      } catch (Exception | AssertionError | StackOverflowError e) {
        throw new AssertionError(
            "seed " + seed + ": " + e + "\nthis case alone: " + command(seed), e);
      }
    }
  }

  private static String command(long seed) {
    StackWalker.StackFrame test =
        STACK.walk(
            frames ->
                frames
                    .filter(f -> !f.getClassName().equals(Property.class.getName()))
                    .findFirst()
                    .orElseThrow());
    String name = test.getClassName().substring(test.getClassName().lastIndexOf('.') + 1);
    return "scripts/test --only " + name + "#" + test.getMethodName() + " -Dseed=" + seed;
  }
}
