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
import org.slf4j.event.Level;

/** All loggers of a process that writes its log as JSON. For any thread. */
final class JsonLoggers implements ILoggerFactory {

  /** As many as there are classes that log. */
  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

  private final LogLevels levels;
  private final Supplier<PrintStream> out;
  private final Supplier<Instant> clock;

  /**
   * Loggers that none has been asked for.
   *
   * @param out where to, asked at each event
   */
  JsonLoggers(LogLevels levels, Supplier<PrintStream> out, Supplier<Instant> clock) {
    this.levels = levels;
    this.out = out;
    this.clock = clock;
  }

  @Override
  public Logger getLogger(String name) {
    return loggers.computeIfAbsent(name, n -> new JsonLogger(n, levels.of(n), this));
  }

  /** Writes an event, whole: no other comes into its line. */
  void write(Level event, String logger, String message, @Nullable Throwable failure) {
    String line = LogFormat.json(clock.get(), event, logger, message, failure) + '\n';
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    PrintStream stream = out.get();
    stream.write(bytes, 0, bytes.length);
    stream.flush();
  }
}
