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

/** How one event of the log is written. For any thread. */
public enum LineFormat {

  /**
   * For people: {@code time LEVEL Class - message}. A stack trace, or a message of several lines,
   * is several lines that all begin so.
   */
  TEXT {
    @Override
    String write(
        Instant time, Level level, String logger, String message, @Nullable Throwable failure) {
      String begin =
          TIME.format(time) + ' ' + level + ' ' + logger.substring(logger.lastIndexOf('.') + 1);
      StringBuilder lines = new StringBuilder();
      String all = failure == null ? message : message + '\n' + trace(failure);
      all.lines().forEach(line -> append(lines, begin, line));
      if (lines.isEmpty()) {
        append(lines, begin, "");
      }
      return lines.toString();
    }

    private void append(StringBuilder lines, String begin, String line) {
      lines.append(begin).append(" - ").append(line).append('\n');
    }
  },

  /**
   * For programs: one object a line, with {@code time}, {@code level}, {@code logger}, {@code
   * message} and, where there is a failure, its stack trace as {@code exception}.
   */
  JSON {
    @Override
    String write(
        Instant time, Level level, String logger, String message, @Nullable Throwable failure) {
      StringBuilder line = new StringBuilder("{");
      field(line, "time", TIME.format(time)).append(',');
      field(line, "level", level.toString().toLowerCase(Locale.ROOT)).append(',');
      field(line, "logger", logger).append(',');
      field(line, "message", message);
      if (failure != null) {
        field(line.append(','), "exception", trace(failure));
      }
      return line.append("}\n").toString();
    }

    private StringBuilder field(StringBuilder line, String name, String value) {
      line.append('"').append(name).append("\":\"");
      JsonStringEncoder.getInstance().quoteAsString(value, line);
      return line.append('"');
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  /**
   * One event as lines, each with its end.
   *
   * @param logger the name of its logger, of a class as a rule
   * @param failure what is to be told with its stack trace; null: nothing
   */
  abstract String write(
      Instant time, Level level, String logger, String message, @Nullable Throwable failure);

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
