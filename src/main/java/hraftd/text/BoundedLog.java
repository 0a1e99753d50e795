package hraftd.text;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * A log for what others cause and say: whatever they send, a line is one line and short, and of one
 * kind there are few at a time. The rest is counted, and the next line of the kind says how many
 * they were. For any thread.
 *
 * <p>Formats are constants of the program, each a kind of its own; all that is foreign goes into
 * the arguments.
 */
public final class BoundedLog {

  /** The longest line, without what the logger puts before it and a count: 200 bytes in all. */
  static final int MAX_LINE_BYTES = 110;

  private static final int ELLIPSIS_BYTES = 3;

  /** So that one argument does not push all others out of the line. */
  private static final int MAX_ARGUMENT_BYTES = 72;

  /** Lines of a kind within an interval: several members that come at once are each worth one. */
  static final int LINES = 5;

  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  /** Of one kind: when its interval began, and how many came since. */
  private static final class Burst {
    long began;
    long count;
  }

  private final Logger log;
  private final LongSupplier nanoTime;

  /** By format. Guarded by itself. */
  private final Map<String, Burst> bursts = new HashMap<>();

  /** A log that goes on to this one. */
  public BoundedLog(Logger log) {
    this(log, System::nanoTime);
  }

  BoundedLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /** Something that an operator may want to know. */
  public void info(String format, @Nullable Object... arguments) {
    write(Level.INFO, format, arguments);
  }

  /** Something that an operator should look at. */
  public void warn(String format, @Nullable Object... arguments) {
    write(Level.WARN, format, arguments);
  }

  /** A defect; the failure's stack trace follows the line. */
  public void defect(String format, Object argument, Throwable failure) {
    long before = admit(format);
    if (before >= 0) {
      log.error(line(format, before, argument), failure);
    }
  }

  private void write(Level level, String format, @Nullable Object... arguments) {
    if (log.isEnabledForLevel(level)) {
      long before = admit(format);
      if (before >= 0) {
        log.atLevel(level).log(line(format, before, arguments));
      }
    }
  }

  /** How many of the kind were not written before this one; negative if this one is not either. */
  private long admit(String format) {
    synchronized (bursts) {
      long now = nanoTime.getAsLong();
      Burst burst = bursts.computeIfAbsent(format, f -> new Burst());
      long suppressed = 0;
      if (burst.count == 0 || now - burst.began >= INTERVAL_NANOS) {
        suppressed = Math.max(0, burst.count - LINES);
        burst.began = now;
        burst.count = 0;
      }
      burst.count++;
      return burst.count <= LINES ? suppressed : -1;
    }
  }

  private static String line(String format, long before, @Nullable Object... arguments) {
    Object[] shown = new Object[arguments.length];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = Printable.cut(arguments[i], MAX_ARGUMENT_BYTES);
    }
    String text =
        Printable.cut(
            MessageFormatter.basicArrayFormat(format, shown), MAX_LINE_BYTES - ELLIPSIS_BYTES);
    return before == 0 ? text : text + " (" + before + " more like this)";
  }
}
