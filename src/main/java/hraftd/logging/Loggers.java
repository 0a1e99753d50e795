package hraftd.logging;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * All loggers of the process, and how they write. {@link #set} counts at once, also for loggers
 * that are there already. For any thread.
 */
public final class Loggers implements ILoggerFactory {

  /** Its own name, and what those of this program begin with. */
  private static final String OURS = "hraftd";

  /** As many as there are classes that log. */
  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

  private final LogLevels levels;
  private final Supplier<PrintStream> out;
  private final Supplier<Instant> clock;

  private volatile Level level = Level.INFO;
  private volatile LineFormat format = LineFormat.TEXT;

  /**
   * Loggers that write text from info on.
   *
   * @param out where to, asked at each event
   */
  Loggers(LogLevels levels, Supplier<PrintStream> out, Supplier<Instant> clock) {
    this.levels = levels;
    this.out = out;
    this.clock = clock;
  }

  /** Those that SLF4J gives. */
  public static Loggers ofThisProcess() {
    return (Loggers) LoggerFactory.getILoggerFactory();
  }

  /**
   * How all of them write from now on.
   *
   * @param newLevel the lowest that is heard of this program's own packages; what libraries say
   *     below info is for those who make them, and may hold what clients send
   */
  public void set(Level newLevel, LineFormat newFormat) {
    level = newLevel;
    format = newFormat;
  }

  /** A line as the log has them, without its end: for what goes to standard output. */
  public String line(Level lineLevel, Class<?> from, String message) {
    return format.write(clock.get(), lineLevel, from.getName(), message, null).stripTrailing();
  }

  @Override
  public Logger getLogger(String name) {
    return loggers.computeIfAbsent(name, n -> new LineLogger(n, levels.of(n), this));
  }

  /**
   * True if this is to be written.
   *
   * @param fixed the lowest level of this logger, whatever is set; null: what is set counts
   */
  boolean isHeard(Level asked, String logger, @Nullable Integer fixed) {
    int lowest = fixed != null ? fixed : (isOurs(logger) ? level : Level.INFO).toInt();
    return asked.toInt() >= lowest;
  }

  private static boolean isOurs(String logger) {
    return logger.startsWith(OURS + ".") || logger.equals(OURS);
  }

  /** Writes an event, whole: no other comes between its lines. */
  void write(Level event, String logger, String message, @Nullable Throwable failure) {
    byte[] lines =
        format.write(clock.get(), event, logger, message, failure).getBytes(StandardCharsets.UTF_8);
    PrintStream stream = out.get();
    stream.write(lines, 0, lines.length);
    stream.flush();
  }
}
