package hraftd.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;

/** Mends names of Micrometer's own meters that Prometheus does not want. Stateless. */
final class PrometheusNames implements MeterFilter {

  /** It ends in a suffix that belongs to histograms. */
  private static final String PROCESSORS = "system.cpu.count";

  /** In nanoseconds; there is another one, in seconds. */
  private static final String PROCESSOR_TIME = "process.cpu.time";

  @Override
  public Meter.Id map(Meter.Id id) {
    return id.getName().equals(PROCESSORS) ? id.withName("system.cpus") : id;
  }

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    return id.getName().equals(PROCESSOR_TIME) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
  }
}
