package hraftd.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of one name. For any thread. */
final class JsonLogger extends LegacyAbstractLogger {

  private static final long serialVersionUID = 1;

  private final int lowest;
  private final transient JsonLoggers loggers;

  /**
   * A logger.
   *
   * @param lowest the number of the lowest level that it writes
   */
  JsonLogger(String name, int lowest, JsonLoggers loggers) {
    this.name = name;
    this.lowest = lowest;
    this.loggers = loggers;
  }

  @Override
  public boolean isTraceEnabled() {
    return isHeard(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isHeard(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isHeard(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isHeard(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isHeard(Level.ERROR);
  }

  private boolean isHeard(Level level) {
    return level.toInt() >= lowest;
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null; // Lines do not say where in a class they come from.
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    String text = String.valueOf(MessageFormatter.basicArrayFormat(message, arguments));
    loggers.write(level, name, text, failure);
  }
}
