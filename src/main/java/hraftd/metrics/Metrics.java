package hraftd.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * All meters of this node and their text for Prometheus. Names are given with dots; a counter's
 * gets {@code _total} in the text, a timer's {@code _seconds}. Thread-safe.
 */
public final class Metrics implements AutoCloseable {

  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Of answers: wide enough apart to cost little, for a fast disk and for a slow network. */
  private static final Duration[] ANSWER_BUCKETS = {
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

  /** From a command in memory to a snapshot of some gigabytes, three to a power of ten at most. */
  private static final Duration[] STEP_BUCKETS = {
    Duration.ofNanos(5_000),
    Duration.ofNanos(25_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
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
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final LongAdder failures = new LongAdder();
  private final AtomicBoolean watchesJvm = new AtomicBoolean();

  /** Brings the rows of gauges up to date. */
  private final List<Runnable> refreshes = new CopyOnWriteArrayList<>();

  /** Nothing yet. */
  public Metrics() {
    // Before the first meter: Micrometer complains of a later one.
    registry.config().meterFilter(new PrometheusNames());
  }

  /** The meter of a route. */
  public RouteMeter route(String method, String path) {
    return new RouteMeter(
        status ->
            timer(
                "hraftd.http.requests",
                "Requests answered, by route and status",
                Tags.of("method", method, "route", path, "status", String.valueOf(status)),
                ANSWER_BUCKETS),
        failures);
  }

  /** How many requests were answered with 5xx, of all routes. */
  public long failures() {
    return failures.sum();
  }

  /** Adds a value that is asked for when somebody reads the metrics. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /**
   * Adds the values of several things that a label tells apart, asked for when somebody reads the
   * metrics; those that there are then, and no others.
   */
  public void gauges(
      String name, String description, String label, Supplier<Map<String, Double>> values) {
    MultiGauge rows = MultiGauge.builder(name).description(description).register(registry);
    refreshes.add(
        () ->
            rows.register(
                values.get().entrySet().stream()
                    .map(e -> MultiGauge.Row.of(Tags.of(label, e.getKey()), e.getValue()))
                    .toList(),
                /* overwrite= */ true));
  }

  /** Adds what does not change, as labels of a gauge that is 1. */
  public void info(String name, String description, Map<String, String> labels) {
    List<Tag> tags = labels.entrySet().stream().map(e -> Tag.of(e.getKey(), e.getValue())).toList();
    Gauge.builder(name, () -> 1).description(description).tags(tags).register(registry);
  }

  /** Adds a count that only grows, asked for when somebody reads the metrics. */
  public void counter(String name, String description, Supplier<Number> count) {
    FunctionCounter.builder(name, count, supplier -> supplier.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** Adds a counter; what it gives counts one more. */
  public Runnable counter(String name, String description) {
    return counter(name, description, Tags.empty());
  }

  /** Adds counters that a label tells apart. */
  public Labelled<Runnable> counters(String name, String description, String label) {
    return new Labelled<>(value -> counter(name, description, Tags.of(label, value)));
  }

  private Runnable counter(String name, String description, Tags tags) {
    Counter counter = Counter.builder(name).description(description).tags(tags).register(registry);
    return counter::increment;
  }

  /** Adds a histogram of durations; what it gives takes each one, in nanoseconds. */
  public LongConsumer timer(String name, String description) {
    return timer(name, description, Tags.empty(), STEP_BUCKETS);
  }

  /** Adds histograms of durations that a label tells apart. */
  public Labelled<LongConsumer> timers(String name, String description, String label) {
    return new Labelled<>(value -> timer(name, description, Tags.of(label, value), STEP_BUCKETS));
  }

  private LongConsumer timer(String name, String description, Tags tags, Duration[] buckets) {
    Timer timer =
        Timer.builder(name)
            .description(description)
            .tags(tags)
            .serviceLevelObjectives(buckets)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Everything, as Prometheus reads it; of the garbage collector, what is new since the first time.
   */
  public String text() {
    if (watchesJvm.compareAndSet(false, true)) {
      watchJvm();
    }
    synchronized (refreshes) {
      refreshes.forEach(Runnable::run);
    }
    return registry.scrape();
  }

  /**
   * Adds the Java machine's own meters and the process's. Not before somebody wants to see them:
   * they load hundreds of classes, a tenth of what a start takes.
   */
  private void watchJvm() {
    cpuSeconds();
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  private void cpuSeconds() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      FunctionCounter.builder(
              "process.cpu", system, bean -> bean.getProcessCpuTime() / NANOS_PER_SECOND)
          .description("Processor time that this process has used")
          .baseUnit("seconds")
          .register(registry);
    }
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
