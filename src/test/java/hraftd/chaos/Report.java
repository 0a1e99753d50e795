package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What one run came to.
 *
 * @param scenario which
 * @param seed repeats its faults
 * @param nodes how many
 * @param strikes how often something was broken
 * @param operations recorded ones
 * @param acknowledged writes among them
 * @param lost acknowledged writes that are gone
 * @param snapshots that a leader sent to a follower
 * @param failures of the checker
 * @param complaints anything else that is wrong, one line each
 * @param gaps in acknowledged writes
 * @param recovery the longest time from the end of a fault until every node served again
 * @param directory data, logs and timeline; removed if all is well
 */
record Report(
    Scenario scenario,
    long seed,
    int nodes,
    int strikes,
    long operations,
    long acknowledged,
    long lost,
    long snapshots,
    List<Judgement> failures,
    List<String> complaints,
    Gaps gaps,
    Duration recovery,
    Path directory) {

  /** Of a run that came to no verdict. */
  static Report broken(Scenario scenario, Run.Settings settings, Path directory, String why) {
    Gaps none = new Gaps(Duration.ZERO, null, Duration.ZERO, Duration.ZERO);
    return new Report(
        scenario,
        settings.seed(),
        settings.nodes(),
        0,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(why),
        none,
        Duration.ZERO,
        directory);
  }

  boolean good() {
    return lost == 0 && failures.isEmpty() && complaints.isEmpty();
  }

  static String tableHead() {
    return "| scenario | nodes | seed | faults | operations | acknowledged | lost | snapshots sent | linearizable | healthy after | worst gap | target |"
        + System.lineSeparator()
        + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";
  }

  String tableRow() {
    return String.format(
        "| %s | %d | %d | %d | %,d | %,d | %d | %d | %s | %s | %s | %s |",
        scenario.name(),
        nodes,
        seed,
        strikes,
        operations,
        acknowledged,
        lost,
        snapshots,
        failures.isEmpty() ? "yes" : "NO",
        complaints.isEmpty() ? seconds(recovery) : "NO",
        seconds(gaps.longest()) + (overTarget() ? " (!)" : ""),
        target());
  }

  private String target() {
    return bounded() ? seconds(scenario.target()) : "-";
  }

  private boolean bounded() {
    return scenario.target().compareTo(Duration.ofSeconds(60)) < 0;
  }

  boolean overTarget() {
    return bounded() && gaps.longest().compareTo(scenario.target()) > 0;
  }

  /** The verdict in one line. */
  String line() {
    Fault fault = gaps.fault();
    return String.format(
        "%s %s: %d faults, %d snapshots sent, %,d operations, %,d acknowledged, %d lost, %s, %s;"
            + " longest gap %s%s%s, undisturbed %s (seed %d, %d nodes)",
        good() ? "ok  " : "FAIL",
        scenario.name(),
        strikes,
        snapshots,
        operations,
        acknowledged,
        lost,
        failures.isEmpty() ? "linearizable" : "NOT LINEARIZABLE",
        complaints.isEmpty()
            ? "copies equal, all alive, healthy after " + seconds(recovery)
            : String.join("; ", complaints),
        seconds(gaps.longest()),
        fault == null ? "" : " (" + moment(gaps.into()) + ": " + fault.what() + ")",
        overTarget() ? " OVER ITS TARGET of " + seconds(scenario.target()) : "",
        seconds(gaps.undisturbed()),
        seed,
        nodes);
  }

  private static String moment(Duration into) {
    return into.isNegative()
        ? "from " + seconds(into.negated()) + " before"
        : "from " + seconds(into) + " after";
  }

  private static String seconds(Duration duration) {
    return String.format("%.2f s", duration.toMillis() / 1000.0);
  }
}
