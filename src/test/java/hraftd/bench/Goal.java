package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Something that hraftd should reach.
 *
 * @param measured empty if this run did not measure it
 * @param atLeast whether the bound is the smallest that is good, or else the largest
 */
record Goal(String what, OptionalDouble measured, double bound, boolean atLeast) {

  /** All that can be judged of a system that is hraftd. */
  static List<Goal> of(Results results, String system) {
    List<Goal> targets = new ArrayList<>();
    for (String load : List.of("write-64", "write-256")) {
      targets.add(times(results, system, load, 3));
      targets.add(atMostTimes(results, system, load, Metric.P99, 1));
    }
    for (String load : List.of("write-64-spread", "write-256-spread", "read-64")) {
      targets.add(times(results, system, load, 3));
    }
    targets.add(times(results, system, "mix-64", 4));
    targets.add(atMostTimes(results, system, "write-1", Metric.P50, 1));
    targets.add(share(results, system, "stale-64", Contenders.BARE, "read-64", 0.8));
    targets.add(share(results, system, "read-64", system, "stale-64", 0.7));
    targets.add(share(results, system, "read-64-follower", system, "stale-64-follower", 0.7));
    targets.add(atMost(results, system, Metric.CPU, 0.10));
    // The same on a machine of another speed: there etcd took 0.32 s.
    targets.add(atMostTimes(results, system, "write-64", Metric.CPU, 0.31));
    targets.add(atMost(results, system, Metric.DISK, 1500));
    return List.copyOf(targets);
  }

  private static Goal times(Results results, String system, String load, double bound) {
    return share(results, system, load, Contenders.ETCD, load, bound);
  }

  private static Goal share(
      Results results, String system, String load, String other, String otherLoad, double bound) {
    return new Goal(
        load
            + ": ops/s against "
            + (other.equals(system) ? "its own" : other + "'s")
            + " "
            + otherLoad,
        results.ratio(system, Load.named(load), other, Load.named(otherLoad), Metric.OPS),
        bound,
        true);
  }

  private static Goal atMostTimes(
      Results results, String system, String name, Metric metric, double bound) {
    Load load = Load.named(name);
    return new Goal(
        name + ": " + metric.title().replace(" ms", "") + " against etcd's",
        results.ratio(system, load, Contenders.ETCD, load, metric),
        bound,
        false);
  }

  private static Goal atMost(Results results, String system, Metric metric, double bound) {
    Load load = Load.named("write-64");
    return new Goal(
        load.name() + ": " + metric.title(), results.median(system, load, metric), bound, false);
  }

  boolean met() {
    return measured.isPresent()
        && (atLeast ? measured.getAsDouble() >= bound : measured.getAsDouble() <= bound);
  }

  /** A row of the table of targets. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s %s | %s | %s |",
        what,
        atLeast ? "≥" : "≤",
        number(bound),
        measured.isPresent() ? number(measured.getAsDouble()) : "–",
        measured.isEmpty() ? "not measured" : met() ? "met" : "**not met**");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
  }
}
