package hraftd.security;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, once a day, what is to be said of a node's certificate. To be run again and
 * again, by one thread.
 */
final class ExpiryWarning implements Runnable {

  static final Duration INTERVAL = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWarning.class);

  private final NodeTls tls;
  private final Supplier<Instant> clock;
  private @Nullable Instant last;

  ExpiryWarning(NodeTls tls, Supplier<Instant> clock) {
    this.tls = tls;
    this.clock = clock;
  }

  @Override
  public void run() {
    Instant now = clock.get();
    if (last != null && Duration.between(last, now).abs().compareTo(INTERVAL) < 0) {
      return;
    }
    for (String warning : tls.warnings()) {
      LOG.warn("{}", warning);
      last = now;
    }
  }
}
