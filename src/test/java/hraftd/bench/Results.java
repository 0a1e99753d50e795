package hraftd.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** All samples of a run, and what they come to. One thread. */
final class Results {

  private final List<Sample> samples = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** In the order in which they were first measured. */
  List<String> systems() {
    return samples.stream().map(Sample::system).distinct().toList();
  }

  /** In the order in which they were first measured. */
  List<Load> loads() {
    return samples.stream().map(Sample::load).distinct().toList();
  }

  /** Over the rounds; empty if it was not measured. Of errors it is the sum: none may be hidden. */
  OptionalDouble median(String system, Load load, Metric metric) {
    double[] values =
        samples.stream()
            .filter(sample -> sample.system().equals(system) && sample.load().equals(load))
            .mapToDouble(sample -> sample.value(metric))
            .toArray();
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        metric == Metric.ERRORS ? Arrays.stream(values).sum() : median(values));
  }

  /** The first median divided by the second; empty if one of them is missing or nothing. */
  OptionalDouble ratio(
      String system, Load load, String otherSystem, Load otherLoad, Metric metric) {
    OptionalDouble first = median(system, load, metric);
    OptionalDouble second = median(otherSystem, otherLoad, metric);
    if (first.isEmpty() || second.isEmpty() || second.getAsDouble() == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(first.getAsDouble() / second.getAsDouble());
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
