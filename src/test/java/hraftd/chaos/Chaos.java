package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The program behind {@code scripts/chaos}, which starts it in the clients' namespace. Prints a
 * verdict for each scenario, then a table; exits with 0 if all are good, 1 if one is not, 2 if the
 * command line is wrong, 3 if the machine does not allow it.
 */
@Command(
    name = "scripts/chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Breaks a cluster of real processes and judges what its clients saw.")
public final class Chaos implements Callable<Integer> {

  /**
   * What fits into two minutes and covers most: crash, silence, cut, power, membership, restart.
   */
  private static final List<String> SHORT =
      List.of("leader-kill", "leader-cut", "power-all", "members", "shutdown", "rotation");

  private static final String DEFAULT_ENGINE = "raft";

  /** The other one; its members never change. */
  private static final String JGROUPS_RAFT = "jgroups-raft";

  /** Exit code; scripts/chaos has the same for what it finds missing itself. */
  private static final int CANNOT_RUN = 3;

  /** One is enough to begin with; a lost disk makes hundreds. */
  private static final int MOST_EXPLAINED = 3;

  @Parameters(arity = "0..*", description = "Scenarios to run.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "Every scenario, with 3 nodes and with 5.")
  private boolean all;

  @Option(names = "--short", description = "A few scenarios, about two minutes.")
  private boolean quick;

  @Option(
      names = "--self-test",
      description = "Nodes with deliberate faults, all or those named: each must be caught.")
  private boolean selfTest;

  @Option(names = "--list", description = "List the scenarios.")
  private boolean list;

  @Option(names = "--seed", paramLabel = "N", description = "Repeats the faults of an earlier run.")
  private long seed = new Random().nextInt(100_000);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to break things, per scenario (default: 30).")
  private int seconds = 30;

  @Option(
      names = "--recovery",
      paramLabel = "N",
      description = "Seconds in which all must be well after a fault (default: 10).")
  private int recovery = 10;

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes (default: 3).")
  private int nodes = 3;

  @Option(
      names = "--engine",
      paramLabel = "raft|jgroups-raft",
      description =
          "What the nodes replicate with (default: raft). jgroups-raft breaks promises, and runs"
              + " without the scenarios in which members come or go.")
  private String engine = DEFAULT_ENGINE;

  @Option(
      names = "--secure",
      description = "Nodes with TLS on both ports that ask who is there; the load shows a token.")
  private boolean secure;

  @Option(names = "--keep", description = "Keep directories, logs and timelines of good runs too.")
  private boolean keep;

  @Option(
      names = "--program",
      description = "How to start a node; for the test of this test (default: the jar).")
  private String program =
      // Snapshots and log so small that a node that was away for some seconds is sent a snapshot.
      // One compiler: that of hot code would take the few cores that all nodes share for nothing.
      "java -Xmx256m -XX:TieredStopAtLevel=1 -Dhraftd.snapshotBytes=32768 -Dhraftd.segmentBytes=32768"
          + " -Dhraftd.keepEntries=100 -Dhraftd.diskReserveBytes=33554432 -Dhraftd.compareMillis=1000 -Dhraftd.filesMillis=200 -jar target/hraftd.jar";

  @Option(
      names = "--older",
      paramLabel = "JAR",
      description = "The jar of the version before, for the scenario upgrade.")
  private @Nullable String older;

  @Option(names = "--directory", hidden = true, description = "Where to put everything.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"), Network.PREFIX + "run");

  private volatile @Nullable Path unfinished;

  /** See the class. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Chaos()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (!engine.equals(DEFAULT_ENGINE) && !engine.equals(JGROUPS_RAFT)) {
      System.err.println("--engine must be " + DEFAULT_ENGINE + " or " + JGROUPS_RAFT);
      return 2;
    }
    if (secure && !engine.equals(DEFAULT_ENGINE)) {
      System.err.println(
          "--secure is for --engine=" + DEFAULT_ENGINE + ": the other has no tokens");
      return 2;
    }
    List<Scenario> every = Scenario.all(/* whole= */ engine.equals(DEFAULT_ENGINE));
    if (list || (names.isEmpty() && !all && !quick && !selfTest)) {
      System.out.print(listed(every));
      return 0;
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name :
        all
            ? every.stream().map(Scenario::name).toList()
            : quick ? quick(every) : selfTest ? List.<String>of() : names) {
      Scenario found =
          name.equals(Scenario.UPGRADE.name()) && older != null
              ? Scenario.UPGRADE
              : every.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
      if (found == null) {
        System.err.println(
            "no scenario " + name + " on " + engine + "; scripts/chaos --list shows them");
        return 2;
      }
      chosen.add(found);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::removeUnfinished));
    Leftovers.remove();
    String obstacle = Network.obstacle();
    if (!obstacle.isEmpty()) {
      System.out.println("scripts/chaos cannot run here: " + obstacle);
      return CANNOT_RUN;
    }
    DiskImage.directories(directory);
    boolean images = DiskImage.imagesWork(directory);
    if (!images) {
      System.out.println("Disk images cannot be mounted here: no full disks, no power loss.");
    }
    return selfTest ? judgeTheJudge(images) : runAll(chosen, images);
  }

  /** What {@code --list} prints: a line for each scenario, its name first. */
  public static String scenarios() {
    return listed(Scenario.all(/* whole= */ true));
  }

  private static String listed(List<Scenario> scenarios) {
    return scenarios.stream()
        .map(s -> String.format("%-16s %s%n", s.name(), s.about()))
        .collect(Collectors.joining());
  }

  private static List<String> quick(List<Scenario> every) {
    return every.stream().map(Scenario::name).filter(SHORT::contains).toList();
  }

  /** How to start a node, with the flag that names the engine if that is not the default. */
  private List<String> program() {
    List<String> words = new ArrayList<>(List.of(program.split(" ")));
    if (!engine.equals(DEFAULT_ENGINE)) {
      words.addAll(List.of("-engine", engine));
    }
    return words;
  }

  /** How to start a node of the version before: the same but for the jar. */
  private List<String> older() {
    if (older == null) {
      return List.of();
    }
    List<String> words = program();
    words.set(words.indexOf("-jar") + 1, older);
    return words;
  }

  private void removeUnfinished() {
    Leftovers.remove();
    Path place = unfinished;
    if (place != null) {
      DiskImage.deleteTree(place);
    }
  }

  private int runAll(List<Scenario> chosen, boolean images) throws Exception {
    List<Report> reports = new ArrayList<>();
    int[] counts = all ? new int[] {3, 5} : new int[] {nodes};
    int done = 0;
    for (int count : counts) {
      for (Scenario scenario : chosen) {
        done++;
        if (scenario.needsImages() && !images) {
          System.out.println("skip " + scenario.name() + ": needs disk images");
          continue;
        }
        System.out.printf(
            "     [%d/%d] %s, %d nodes ...%n",
            done, counts.length * chosen.size(), scenario.name(), count);
        reports.add(runOne(scenario, count, images, program()));
      }
    }
    if (reports.size() > 1) {
      System.out.println();
      System.out.println(Report.tableHead());
      reports.forEach(report -> System.out.println(report.tableRow()));
    }
    return reports.stream().allMatch(Report::good) ? 0 : 1;
  }

  private int judgeTheJudge(boolean images) throws Exception {
    int missed = 0;
    for (SelfTest test : SelfTest.all()) {
      String fault = test.fault().name();
      if (!names.isEmpty() && !names.contains(fault)) {
        continue;
      }
      Scenario scenario =
          Scenario.all(/* whole= */ true).stream()
              .filter(s -> s.name().equals(test.scenario()))
              .findFirst()
              .orElseThrow();
      if (scenario.needsImages() && !images) {
        System.out.println("skip " + fault + ": needs disk images");
        continue;
      }
      List<String> faulty =
          test.program(List.of(program.split(" ")), directory.resolve("faulty").resolve(fault));
      Report report = runOne(scenario, nodes, images, faulty);
      boolean caught = SelfTest.caught(report);
      System.out.println((caught ? "caught " : "MISSED ") + fault);
      missed += caught ? 0 : 1;
    }
    return missed == 0 ? 0 : 1;
  }

  private Report runOne(Scenario scenario, int count, boolean images, List<String> start)
      throws Exception {
    Duration time = Duration.ofSeconds(quick ? Math.min(seconds, 8) : seconds);
    Path place = directory.resolve(scenario.name() + "-" + count + "-" + seed);
    Run.Settings settings =
        new Run.Settings(
            count, seed, time, Duration.ofSeconds(recovery), start, older(), images, secure);
    unfinished = place;
    Report report;
    try {
      report = new Run(scenario, settings, place).run();
    } catch (IllegalStateException e) {
      report = Report.broken(scenario, settings, place, String.valueOf(e.getMessage()));
    } finally {
      unfinished = null;
    }
    System.out.println(report.line());
    if (!report.good()) {
      report.failures().stream().limit(MOST_EXPLAINED).forEach(Chaos::explain);
      if (report.failures().size() > MOST_EXPLAINED) {
        System.out.printf("     and %d more%n", report.failures().size() - MOST_EXPLAINED);
      }
      System.out.println("     kept: " + place + " (timeline.html, logs, data)");
      if (scenario.needsOlder() && older != null) {
        // Jars of other versions have their commits as names.
        String commit = Path.of(older).getFileName().toString().replace(".jar", "");
        System.out.printf("     again: scripts/upgrade-test %s --seed %d%n", commit, seed);
        return report;
      }
      System.out.printf(
          "     again: scripts/chaos %s%s%s --seed %d --nodes %d --seconds %d%n",
          scenario.name(),
          secure ? " --secure" : "",
          engine.equals(DEFAULT_ENGINE) ? "" : " --engine " + engine,
          seed,
          count,
          time.toSeconds());
    } else if (!keep) {
      DiskImage.deleteTree(place);
    } else {
      System.out.println("     kept: " + place);
    }
    return report;
  }

  private static void explain(Judgement failure) {
    if (failure instanceof Judgement.Violation violation) {
      System.out.println("     " + violation.register() + ": " + violation.reason());
      long origin = violation.counterexample().stream().mapToLong(o -> o.invoked()).min().orElse(0);
      violation
          .counterexample()
          .forEach(
              o ->
                  System.out.printf(
                      "       %10.3f..%10.3f ms  %s at %s: %s%n",
                      (o.invoked() - origin) / 1e6,
                      (o.returned() - origin) / 1e6,
                      o.client(),
                      o.node(),
                      o.describe()));
    } else if (failure instanceof Judgement.Undecided undecided) {
      System.out.printf(
          "     %s: not decided, %d operations are too many or too entangled%n",
          undecided.register(), undecided.operations());
    }
  }
}
