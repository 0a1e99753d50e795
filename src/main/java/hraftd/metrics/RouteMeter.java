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

  private static final int CLASSES = 6;

  private final MeterRegistry registry;
  private final String method;
  private final String path;
  private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(CLASSES);

  RouteMeter(MeterRegistry registry, String method, String path) {
    this.registry = registry;
    this.method = method;
    this.path = path;
  }

  /** One answer, with its status and the time it took. */
  public void record(int status, long nanos) {
    int group = status / 100 % CLASSES;
    Timer timer = timers.get(group);
    if (timer == null) {
      timer = timer(group);
      timers.set(group, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(int group) {
    return Timer.builder("hraftd.http.requests")
        .description("Requests answered, by route and class of status")
        .tag("method", method)
        .tag("route", path)
        .tag("status", group + "xx")
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
