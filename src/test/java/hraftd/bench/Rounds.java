package hraftd.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The order of measurements: each load on one system after the other, in turn from the front and
 * from the back, so that what changes slowly on a machine changes for all. One thread.
 */
final class Rounds {

  private final List<Contender> contenders;
  private final List<Load> loads;
  private final int rounds;
  private final Duration each;
  private final BlockDevice disk;

  /**
   * @param each how long a single measurement takes
   */
  Rounds(
      List<Contender> contenders, List<Load> loads, int rounds, Duration each, BlockDevice disk) {
    this.contenders = List.copyOf(contenders);
    this.loads = List.copyOf(loads);
    this.rounds = rounds;
    this.each = each;
    this.disk = disk;
  }

  /**
   * Starts all systems, measures, and leaves them running. The first round is not counted: Java
   * compiles what is new in each load while it runs.
   */
  Results run() {
    for (Contender contender : contenders) {
      ProgressLine.show("starting " + contender.name());
      contender.start();
    }
    Results results = new Results();
    ProgressLine progress = new ProgressLine((rounds + 1) * steps());
    for (int round = 0; round <= rounds; round++) {
      List<Contender> order = new ArrayList<>(contenders);
      if (round % 2 == 0) {
        Collections.reverse(order);
      }
      for (Load load : loads) {
        for (Contender contender : order) {
          if (contender.takes(load)) {
            String which = round == 0 ? "warm-up" : "round " + round + " of " + rounds;
            progress.begin(which + ": " + load + " on " + contender.name());
            Sample sample = measure(contender, load, round);
            if (round > 0) {
              results.add(sample);
            }
          }
        }
      }
    }
    ProgressLine.end();
    return results;
  }

  private int steps() {
    return loads.stream()
        .mapToInt(load -> (int) contenders.stream().filter(c -> c.takes(load)).count())
        .sum();
  }

  private Sample measure(Contender contender, Load load, int round) {
    Usage before = Usage.of(contender.processes(), disk);
    Tally tally = contender.drive(load, each);
    Usage used = Usage.of(contender.processes(), disk).since(before);
    return Sample.of(contender.name(), load, round, tally, used);
  }
}
