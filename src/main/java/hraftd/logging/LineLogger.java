package hraftd.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of one name, which writes as {@link Loggers} says. For any thread. */
final class LineLogger extends LegacyAbstractLogger {

  private static final long serialVersionUID = 1;

  private final @Nullable Integer fixed;
  private final transient Loggers loggers;

  /**
   * A logger.
   *
   * @param fixed the number of the lowest level that it writes; null: as is set for all
   */
  LineLogger(String name, @Nullable Integer fixed, Loggers loggers) {
    this.name = name;
    this.fixed = fixed;
    this.loggers = loggers;
  }

  @Override
  public boolean isTraceEnabled() {
    return loggers.isHeard(Level.TRACE, name, fixed);
  }

  @Override
  public boolean isDebugEnabled() {
    return loggers.isHeard(Level.DEBUG, name, fixed);
  }

  @Override
  public boolean isInfoEnabled() {
    return loggers.isHeard(Level.INFO, name, fixed);
  }

  @Override
  public boolean isWarnEnabled() {
    return loggers.isHeard(Level.WARN, name, fixed);
  }

  @Override
  public boolean isErrorEnabled() {
    return loggers.isHeard(Level.ERROR, name, fixed);
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
