package hraftd.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The results as Markdown. */
final class Tables {

  private static final List<Metric> COLUMNS =
      List.of(
          Metric.OPS,
          Metric.P50,
          Metric.P99,
          Metric.MAX,
          Metric.ERRORS,
          Metric.CPU,
          Metric.DISK,
          Metric.DIRTIED,
          Metric.MEMORY);

  private final Results results;

  Tables(Results results) {
    this.results = results;
  }

  /** One row for each load on each system: medians over the rounds. */
  String measurements() {
    StringBuilder text = new StringBuilder("| load | system |");
    COLUMNS.forEach(metric -> text.append(' ').append(metric.title()).append(" |"));
    text.append(" × etcd |\n| --- | --- |").append(" ---: |".repeat(COLUMNS.size() + 1));
    text.append('\n');
    for (Load load : results.loads()) {
      String first = load.about();
      for (String system : results.systems()) {
        if (results.median(system, load, Metric.OPS).isPresent()) {
          text.append("| ").append(first).append(" | ").append(system).append(" |");
          COLUMNS.forEach(metric -> text.append(cell(system, load, metric)));
          text.append(ratio(system, load)).append('\n');
          first = "";
        }
      }
    }
    return text.toString();
  }

  private String cell(String system, Load load, Metric metric) {
    OptionalDouble value = results.median(system, load, metric);
    return " " + (value.isPresent() ? metric.text(value.getAsDouble()) : "–") + " |";
  }

  private String ratio(String system, Load load) {
    OptionalDouble ratio = results.ratio(system, load, Contenders.ETCD, load, Metric.OPS);
    return ratio.isPresent() ? String.format(Locale.ROOT, " %.2f |", ratio.getAsDouble()) : " – |";
  }

  /** What a system that is hraftd should reach, and whether it does. */
  static String targets(String system, List<Goal> targets) {
    StringBuilder text = new StringBuilder("| target of " + system + " | bound | measured | |\n");
    text.append("| --- | ---: | ---: | --- |\n");
    targets.forEach(target -> text.append(target.row()).append('\n'));
    return text.toString();
  }

  /** What one must know to read the tables. */
  static String notes(
      Machine machine, String how, List<Contender> contenders, Map<String, String> missing) {
    StringBuilder text = new StringBuilder(machine.about() + ".\n" + how + "\n\n");
    contenders.forEach(
        contender ->
            text.append("- ")
                .append(contender.name())
                .append(": ")
                .append(contender.about())
                .append('\n'));
    missing.forEach(
        (name, remedy) -> text.append("- not measured: " + name + " (" + remedy + ")\n"));
    return text.toString();
  }
}
