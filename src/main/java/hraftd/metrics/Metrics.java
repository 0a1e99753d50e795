package hraftd.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** All meters of this node and their text for Prometheus. Thread-safe. */
public final class Metrics implements AutoCloseable {

  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final AtomicBoolean watchesJvm = new AtomicBoolean();

  /** The meter of a route. */
  public RouteMeter route(String method, String path) {
    return new RouteMeter(registry, method, path);
  }

  /** Adds a value that is asked for when somebody reads the metrics. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Adds a count that only grows, asked for when somebody reads the metrics. */
  public void counter(String name, String description, Supplier<Number> count) {
    FunctionCounter.builder(name, count, supplier -> supplier.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /**
   * Everything, as Prometheus reads it; of the garbage collector, what is new since the first time.
   */
  public String text() {
    if (watchesJvm.compareAndSet(false, true)) {
      watchJvm();
    }
    return registry.scrape();
  }

  /**
   * Adds the Java machine's own meters. Not before somebody wants to see them: they load hundreds
   * of classes, a tenth of what a start takes.
   */
  private void watchJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
