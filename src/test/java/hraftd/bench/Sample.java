package hraftd.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * One measurement.
 *
 * @param round from 1
 */
record Sample(String system, Load load, int round, Map<Metric, Double> values) {

  Sample {
    values = Map.copyOf(values);
  }

  /**
   * @param usage of all the system's processes during the measurement
   */
  static Sample of(String system, Load load, int round, Tally tally, Usage usage) {
    double requests = Math.max(1, tally.requests());
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.OPS, tally.requests() / (tally.time().toNanos() / 1e9));
    values.put(Metric.P50, millis(tally.p50()));
    values.put(Metric.P90, millis(tally.p90()));
    values.put(Metric.P99, millis(tally.p99()));
    values.put(Metric.MAX, millis(tally.max()));
    values.put(Metric.ERRORS, (double) tally.errors());
    values.put(Metric.CPU, usage.cpu().toMillis() / requests);
    values.put(Metric.DISK, usage.device() / requests);
    values.put(Metric.DIRTIED, usage.dirtied() / requests);
    values.put(Metric.MEMORY, usage.memory() / (double) (1 << 20));
    return new Sample(system, load, round, values);
  }

  double value(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
