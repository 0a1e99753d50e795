package hraftd.bench;

import java.time.Duration;
import java.util.Locale;

/** Says on standard error what is going on and how long it will still take. One thread. */
@SuppressWarnings("SystemConsoleNull") // With JDK 22 to 24 a file gets what a terminal does.
final class ProgressLine {

  private final int steps;
  private final long begin = System.nanoTime();
  private int done;

  /**
   * @param steps of about the same length
   */
  ProgressLine(int steps) {
    this.steps = steps;
  }

  /** A step begins. */
  void begin(String what) {
    String left = done == 0 ? "" : ", " + text(left()) + " left";
    show(String.format(Locale.ROOT, "%d/%d %s%s", done + 1, steps, what, left));
    done++;
  }

  /** Something that is no step. */
  static void show(String what) {
    if (System.console() == null) {
      System.err.println(what);
    } else {
      // Over the line before, and blank what is left of it.
      System.err.printf("\r%-79s", what);
    }
  }

  /** Makes room for what is printed next. */
  static void end() {
    if (System.console() != null) {
      System.err.printf("\r%79s\r", "");
    }
  }

  private Duration left() {
    long each = (System.nanoTime() - begin) / done;
    return Duration.ofNanos(each * (steps - done));
  }

  private static String text(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 100 ? seconds + " s" : (seconds + 30) / 60 + " min";
  }
}
