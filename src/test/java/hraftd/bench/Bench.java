package hraftd.bench;

import hraftd.testing.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program behind {@code scripts/bench}. Exits with 0 when all was measured, 1 if something went
 * wrong, 2 for a wrong command line, 3 if it cannot run here.
 */
@Command(
    name = "scripts/bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures a real cluster beside its peers under the same load.",
    footer = {
      "",
      "Contenders that are not installed are left out: apt-get install wrk etcd-server redis-server.",
      "Exit codes: 0 measured, 1 something went wrong, 2 wrong command line, 3 cannot run here."
    })
public final class Bench implements Callable<Integer> {

  private static final int CANNOT_RUN = 3;
  private static final int SHORT_SECONDS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured (default: 3).")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long a measurement takes (default: 10).")
  private int seconds = 10;

  @Option(
      names = "--short",
      description = "One round of 3 seconds each, on JVMs that are still compiling.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "LOAD",
      description = "Only these loads: write-64, read-64-follower, ... (--list shows them).")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these systems: hraftd, jgroups-raft, etcd, go-hraftd, redis, bare, names of --jar.")
  private List<String> systems = new ArrayList<>();

  @Option(names = "--list", description = "List the loads.")
  private boolean list;

  @Option(
      names = "--jar",
      paramLabel = "NAME=PATH",
      description = "Another version of hraftd, a system of its own; repeatable.")
  private Map<String, String> jars = new LinkedHashMap<>();

  @Option(
      names = "--java-opts",
      paramLabel = "NAME=OPTIONS",
      description = "Options for the JVMs of a system: --java-opts 'hraftd=-Xmx1g -XX:+UseZGC'.")
  private Map<String, String> javaOptions = new LinkedHashMap<>();

  @Option(
      names = "--go-hraftd",
      paramLabel = "PATH",
      description = "The binary of a Go hraftd to measure too.")
  private String goHraftd = "";

  @Option(
      names = "--secure",
      description = "hraftd with TLS and a token too, as the system hraftd-secure.")
  private boolean secure;

  @Option(
      names = "--failover",
      paramLabel = "N",
      description = "Instead: kill the leader N times and measure the gaps in writes.")
  private int failover;

  @Option(names = "--scale", description = "Instead: more keys and more nodes, hraftd alone.")
  private boolean scale;

  @Option(
      names = "--keys",
      split = ",",
      paramLabel = "N",
      description = "Keys for --scale (default: 10000,100000,1000000,5000000).")
  private List<Integer> keys = List.of(10_000, 100_000, 1_000_000, 5_000_000);

  @Option(names = "--out", description = "Where results and data go (default: target/bench).")
  private Path out = Path.of("target", "bench");

  /** See the class. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      Load.all().forEach(load -> System.out.printf("%-20s %s%n", load, load.about()));
      return 0;
    }
    if (!Tool.installed("wrk")) {
      System.err.println("scripts/bench cannot run here: no wrk (apt-get install wrk)");
      return CANNOT_RUN;
    }
    Files.createDirectories(out);
    if (Files.getFileStore(out).type().equals("tmpfs")) {
      System.err.println("scripts/bench cannot run here: " + out + " is not on a disk; see --out");
      return CANNOT_RUN;
    }
    Path data = out.toAbsolutePath().resolve("data");
    Children children = new Children();
    Runtime.getRuntime().addShutdownHook(new Thread(children::close));
    try {
      DirectoryTree.delete(data);
      run(new Place(data, children).resolve(""));
      DirectoryTree.delete(data);
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("scripts/bench: " + e.getMessage());
      return 2;
    } catch (Failed e) {
      ProgressLine.end();
      System.err.println("scripts/bench: " + e.getMessage());
      return 1;
    } finally {
      children.close();
    }
  }

  private void run(Place place) throws IOException {
    Http http = new Http();
    Wrk wrk = new Wrk(place);
    Machine machine = Machine.here(new BlockDevice(place.directory()));
    Duration each = Duration.ofSeconds(quick ? SHORT_SECONDS : seconds);
    List<Program> programs = programs();
    Contenders peers =
        new Contenders(
            programs,
            options(Contenders.JGROUPS_RAFT),
            options(Contenders.BARE),
            goHraftd,
            secure,
            http,
            wrk);
    if (scale) {
      publish("scale.md", machine, new Scale(programs.get(0), wrk, http, each).table(keys, place));
    } else if (failover > 0) {
      List<String> killed = systems.isEmpty() ? List.of(Contenders.HRAFTD) : systems;
      StringBuilder tables = new StringBuilder();
      for (HttpContender contender : peers.chooseClusters(killed, place)) {
        contender.start();
        tables.append(
            Failover.table(contender.name(), new Failover(contender, http).run(failover)));
        contender.stop();
      }
      publish("failover.md", machine, tables.toString());
    } else {
      List<Load> loads = only.isEmpty() ? Load.all() : only.stream().map(Load::named).toList();
      List<String> hraftds = programs.stream().map(Program::name).toList();
      new Comparison(peers, machine, out)
          .run(systems, hraftds, loads, quick ? 1 : rounds, each, place);
    }
  }

  private void publish(String file, Machine machine, String table) throws IOException {
    String report = machine.about() + ".\n\n" + table;
    System.out.print(report);
    Files.writeString(out.resolve(file), report);
  }

  private List<Program> programs() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(Contenders.HRAFTD, Path.of("target", "hraftd.jar").toString());
    all.putAll(jars);
    return all.entrySet().stream()
        .map(jar -> new Program(jar.getKey(), jar.getValue(), options(jar.getKey())))
        .toList();
  }

  private List<String> options(String system) {
    String given = javaOptions.getOrDefault(system, "").strip();
    return given.isEmpty() ? List.of() : List.of(given.split("\\s+"));
  }
}
