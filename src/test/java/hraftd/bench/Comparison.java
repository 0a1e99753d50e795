package hraftd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The comparison of systems under load: runs it, prints it, and leaves it in files. */
final class Comparison {

  /** A first round that is this long leaves little to compile for the next ones. */
  private static final Duration WARM_AFTER = Duration.ofSeconds(8);

  private final Contenders peers;
  private final Machine machine;
  private final Path out;

  /**
   * @param out where the files go
   */
  Comparison(Contenders peers, Machine machine, Path out) {
    this.peers = peers;
    this.machine = machine;
    this.out = out;
  }

  /**
   * @param systems empty for all
   * @param hraftds those of the systems that have targets to meet
   */
  void run(
      List<String> systems,
      List<String> hraftds,
      List<Load> loads,
      int rounds,
      Duration each,
      Place place)
      throws IOException {
    List<Contender> contenders = peers.choose(systems, place);
    peers
        .missing()
        .forEach((name, how) -> System.err.println("without " + name + " (" + how + ")"));
    Results results =
        new Rounds(contenders, loads, rounds, each, new BlockDevice(place.directory())).run();
    contenders.forEach(Contender::stop);
    String how =
        String.format(
            Locale.ROOT,
            "Medians of %d rounds of %d s, in turn on each system (errors: the sum); 100-byte values."
                + " CPU, disk and memory are those of all nodes; disk is what the device took, dirtied what"
                + " the kernel put down to the processes (with large pages far more than is written). Connections that are spread are"
                + " rounded down to a multiple of the nodes.%s",
            rounds,
            each.toSeconds(),
            each.compareTo(WARM_AFTER) < 0
                ? " In rounds this short Java is still compiling: the JVMs become much faster."
                : "");
    List<String> parts = new ArrayList<>();
    parts.add(Tables.notes(machine, how, contenders, peers.missing()));
    parts.add(new Tables(results).measurements());
    results.systems().stream()
        .filter(hraftds::contains)
        .forEach(name -> parts.add(Tables.targets(name, Goal.of(results, name))));
    String report = String.join("\n", parts);
    System.out.print(report);
    Files.writeString(out.resolve("bench.md"), report);
    Files.writeString(out.resolve("bench.json"), RawData.of(results, machine));
    Files.writeString(out.resolve("bench.svg"), new Picture(results, machine.about()).svg());
    System.out.println();
    System.out.println("Also in " + out + ": bench.md, bench.json, bench.svg");
  }
}
