package hraftd.logging;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** How the lines of the log look. For any thread. */
public enum LogFormat {

  /**
   * For people: {@code time LEVEL Class - message}, as SLF4J's simple provider is told to write.
   */
  TEXT {
    @Override
    String line(Instant time, Level level, String logger, String message) {
      return "%s %s %s - %s".formatted(TIME.format(time), level, last(logger), message);
    }

    private String last(String name) {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  },

  /**
   * For programs: one object a line, with {@code time}, {@code level}, {@code logger}, {@code
   * message} and, where there is a failure, its stack trace as {@code exception}.
   */
  JSON {
    @Override
    String line(Instant time, Level level, String logger, String message) {
      return json(time, level, logger, message, null);
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  /**
   * One event, without the end of its line.
   *
   * @param logger the name of its logger, of a class as a rule
   */
  abstract String line(Instant time, Level level, String logger, String message);

  /**
   * One event as JSON.
   *
   * @param failure what is to be told with its stack trace; null: nothing
   */
  static String json(
      Instant time, Level level, String logger, String message, @Nullable Throwable failure) {
    StringBuilder line = new StringBuilder("{");
    field(line, "time", TIME.format(time)).append(',');
    field(line, "level", level.toString().toLowerCase(Locale.ROOT)).append(',');
    field(line, "logger", logger).append(',');
    field(line, "message", message);
    if (failure != null) {
      field(line.append(','), "exception", trace(failure));
    }
    return line.append('}').toString();
  }

  private static StringBuilder field(StringBuilder line, String name, String value) {
    line.append('"').append(name).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    return line.append('"');
  }

  /** An event of this moment, for what goes to standard output. */
  public String line(Level level, Class<?> from, String message) {
    return line(Instant.now(), level, from.getName(), message);
  }

  /**
   * Lets all loggers of the process write so. Only before the first of them is there: SLF4J looks
   * once.
   *
   * @param lowest the lowest level that is heard of this program's own packages; what libraries say
   *     below info is for those who make them, and may hold what clients send. Info, as nobody has
   *     to ask for it, leaves what a system property says
   */
  public void begin(Level lowest) {
    String own = LogLevels.PREFIX + "hraftd";
    if (lowest != Level.INFO || System.getProperty(own) == null) {
      System.setProperty(own, lowest.toString().toLowerCase(Locale.ROOT));
    }
    if (this == JSON) {
      System.setProperty("slf4j.provider", JsonProvider.class.getName());
      // That it takes this one is not worth a line, which would be no JSON.
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
