package hraftd.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;

/** All meters of this node and their text for Prometheus. Thread-safe. */
public final class Metrics implements AutoCloseable {

  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** The Java machine's own meters; the others are added by those who know them. */
  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

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

  /** Everything, as Prometheus reads it. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
