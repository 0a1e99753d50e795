package hraftd.raft.net;

import hraftd.text.Printable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Warnings about what others do, which they could do a million times a second: one line per subject
 * and interval. For any thread.
 */
final class RateLimitedLog {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  /** Subjects remembered; with more than that at once, the oldest may speak early. */
  private static final int MAX_SUBJECTS = 256;

  private static final int MAX_PRINTED_BYTES = 1000;

  private static final class Subject {
    long lastNanos;
    long suppressed;
  }

  private final Logger log;
  private final LongSupplier nanoClock;

  private final Map<String, Subject> subjects =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Subject> eldest) {
          return size() > MAX_SUBJECTS;
        }
      };

  RateLimitedLog(Logger log, LongSupplier nanoClock) {
    this.log = log;
    this.nanoClock = nanoClock;
  }

  /** Warns, unless this subject has had its line a moment ago. */
  void warn(String subject, Supplier<String> text) {
    long suppressed;
    synchronized (subjects) {
      long now = nanoClock.getAsLong();
      Subject known = subjects.get(subject);
      if (known != null && now - known.lastNanos < INTERVAL_NANOS) {
        known.suppressed++;
        return;
      }
      suppressed = known == null ? 0 : known.suppressed;
      Subject fresh = new Subject();
      fresh.lastNanos = now;
      subjects.put(subject, fresh);
    }
    String more = suppressed == 0 ? "" : " (" + suppressed + " more like this before)";
    log.warn("{}{}", Printable.cut(text.get(), MAX_PRINTED_BYTES), more);
  }
}
