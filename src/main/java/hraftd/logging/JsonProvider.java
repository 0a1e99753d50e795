package hraftd.logging;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** What SLF4J gets its loggers from where the log is JSON; see {@link LogFormat#begin}. */
public final class JsonProvider implements SLF4JServiceProvider {

  /** The newest version of SLF4J that this one is for. */
  private static final String REQUESTED_API_VERSION = "2.0.99";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private @Nullable JsonLoggers loggers;

  /** For SLF4J alone. */
  public JsonProvider() {}

  @Override
  public void initialize() {
    loggers = new JsonLoggers(LogLevels.ofThisProcess(), () -> System.err, Instant::now);
  }

  @Override
  public @Nullable ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return REQUESTED_API_VERSION;
  }
}
