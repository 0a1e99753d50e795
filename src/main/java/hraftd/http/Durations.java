package hraftd.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 300ms}, {@code 5s}, {@code 1m30s}, {@code 1.5h}. */
public final class Durations {

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

  /** A text longer than this is no duration; it bounds the work of reading one. */
  private static final int MAX_LENGTH = 64;

  private Durations() {}

  /**
   * Reads a duration that is not negative; {@code 0} needs no unit.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none, or too long
   */
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (text.length() <= MAX_LENGTH && at < text.length() && part.find() && part.start() == at) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      at = part.end();
    }
    if (at == 0 || at != text.length()) {
      throw new IllegalArgumentException(
          "'" + shortened(text) + "' is not a duration: write 300ms, 5s, 1m or 1m30s");
    }
    try {
      return Duration.ofNanos(nanos.setScale(0, java.math.RoundingMode.DOWN).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the duration '" + text + "' is too long", e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(
        switch (name) {
          case "ns" -> 1L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 1_000L;
        });
  }
}
