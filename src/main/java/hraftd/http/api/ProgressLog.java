package hraftd.http.api;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how far long work is, once a second. One thread uses it. */
final class ProgressLog {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);

  private final String message;
  private long logged = System.nanoTime();

  /**
   * ProgressLog of some work.
   *
   * @param message with a {@code {}} for the count
   */
  ProgressLog(String message) {
    this.message = message;
  }

  /** So much is done. */
  void reached(long count) {
    long now = System.nanoTime();
    if (now - logged >= INTERVAL.toNanos()) {
      logged = now;
      LOG.info(message, count);
    }
  }
}
