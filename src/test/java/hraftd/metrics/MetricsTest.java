package hraftd.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What meters make of the text that Prometheus reads. */
class MetricsTest {

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  private double value(String series) {
    String start = series + " ";
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + metrics.text()));
  }

  @Test
  void aCounterCountsAndIsThereBeforeItDoes() {
    Runnable counter = metrics.counter("hraftd.some.events", "Some");
    assertEquals(0, value("hraftd_some_events_total"));
    counter.run();
    counter.run();
    assertEquals(2, value("hraftd_some_events_total"));
  }

  @Test
  void aTimerIsAHistogramInSeconds() {
    LongConsumer timer = metrics.timer("hraftd.some.work", "Some");
    timer.accept(20_000);
    timer.accept(3_000_000);
    timer.accept(120_000_000_000L);
    assertEquals(3, value("hraftd_some_work_seconds_count"));
    assertEquals(120.00302, value("hraftd_some_work_seconds_sum"), 1e-9);
    assertEquals(0, value("hraftd_some_work_seconds_bucket{le=\"5.0E-6\"}"));
    assertEquals(1, value("hraftd_some_work_seconds_bucket{le=\"2.5E-5\"}"));
    assertEquals(2, value("hraftd_some_work_seconds_bucket{le=\"0.005\"}"));
    assertEquals(2, value("hraftd_some_work_seconds_bucket{le=\"60.0\"}"));
    assertEquals(3, value("hraftd_some_work_seconds_bucket{le=\"+Inf\"}"));
  }

  @Test
  void rowsComeAndGo() {
    Map<String, Double> lag = new TreeMap<>(Map.of("a", 1.0, "b", 2.0));
    metrics.gauges("hraftd.some.lag", "Some", "peer", () -> lag);
    assertEquals(1, value("hraftd_some_lag{peer=\"a\"}"));
    assertEquals(2, value("hraftd_some_lag{peer=\"b\"}"));
    lag.put("b", 5.0);
    lag.remove("a");
    assertEquals(5, value("hraftd_some_lag{peer=\"b\"}"));
    assertFalse(metrics.text().contains("peer=\"a\""));
    lag.clear();
    assertFalse(metrics.text().contains("hraftd_some_lag{"));
  }

  @Test
  void whatALabelTellsApartIsBounded() {
    Labelled<Runnable> counters = metrics.counters("hraftd.some.reasons", "Some", "code");
    for (int i = 0; i < Labelled.MAX_VALUES + 10; i++) {
      counters.of("c" + i).run();
    }
    counters.of("c0").run();
    assertEquals(2, value("hraftd_some_reasons_total{code=\"c0\"}"));
    assertEquals(10, value("hraftd_some_reasons_total{code=\"others\"}"));
  }

  @Test
  void eachStatusOfARouteIsOneOfItsOwn() {
    RouteMeter meter = metrics.route("GET", "/key/{key}");
    meter.record(200, 1);
    meter.record(404, 1);
    meter.record(404, 1);
    for (int odd : new int[] {0, -1, 600, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      meter.record(odd, 1); // Whatever a server may come to call a status.
    }
    String series =
        "hraftd_http_requests_seconds_count{method=\"GET\",route=\"/key/{key}\",status=";
    assertEquals(1, value(series + "\"200\"}"));
    assertEquals(2, value(series + "\"404\"}"));
    assertEquals(5, value(series + "\"0\"}"), "those that are none");
  }

  @Test
  void namesOfOthersAreAsPrometheusWantsThem() {
    String text = metrics.text();
    assertTrue(value("process_cpu_seconds_total") > 0);
    assertTrue(value("system_cpus") >= 1);
    assertTrue(value("process_files_open_files") > 0);
    assertTrue(value("process_start_time_seconds") > 1.7e9);
    assertFalse(text.contains("system_cpu_count"), text);
    assertFalse(text.contains("_ns_"), text);
  }
}
