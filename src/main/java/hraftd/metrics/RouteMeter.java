package hraftd.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Counts and times the answers of one route. Thread-safe and cheap. */
public final class RouteMeter {

  /** Wide enough apart that a histogram costs little, for a fast disk and for a slow network. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(10)
  };

  /** Those that there are, and 0 for an answer that got none. */
  private static final int STATUSES = 600;

  private final MeterRegistry registry;
  private final String method;
  private final String path;
  private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(STATUSES);

  RouteMeter(MeterRegistry registry, String method, String path) {
    this.registry = registry;
    this.method = method;
    this.path = path;
  }

  /** One answer, with its status and the time it took. */
  public void record(int status, long nanos) {
    int known = status < 0 || status >= STATUSES ? 0 : status;
    Timer timer = timers.get(known);
    if (timer == null) {
      timer = timer(known);
      timers.set(known, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(int status) {
    return Timer.builder("hraftd.http.requests")
        .description("Requests answered, by route and status")
        .tag("method", method)
        .tag("route", path)
        .tag("status", String.valueOf(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
