package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import hraftd.chaos.check.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One scenario from an empty cluster to the verdict. One thread, used once. */
final class Run {

  /** The clients' connections and the nodes' code are warm then. */
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private final Scenario scenario;
  private final Settings settings;
  private final Path directory;

  /**
   * @param nodes how many to begin with
   * @param seed of all chance
   * @param time to go on breaking; at least one strike is made
   * @param recovery within this all must be well after a strike
   * @param program how to start hraftd
   * @param older how to start the version before; empty: there is none
   * @param images true if disks can be images
   * @param secure true if nodes and clients have TLS, and nodes ask who is there
   */
  record Settings(
      int nodes,
      long seed,
      Duration time,
      Duration recovery,
      List<String> program,
      List<String> older,
      boolean images,
      boolean secure) {}

  Run(Scenario scenario, Settings settings, Path directory) {
    this.scenario = scenario;
    this.settings = settings;
    this.directory = directory;
  }

  Report run() throws InterruptedException, IOException {
    Leftovers.remove();
    DiskImage.deleteTree(directory);
    DiskImage.directories(directory);
    Network network = new Network();
    network.open();
    NodeKeys keys =
        settings.secure() || scenario.isSecure() ? new NodeKeys(directory.resolve("keys")) : null;
    Client client = new Client(keys);
    ClientHistory history = new ClientHistory();
    ProcessCluster cluster =
        new ProcessCluster(
            network,
            client,
            directory,
            settings.program(),
            scenario.needsOlder() ? settings.older() : List.of(),
            settings.images(),
            keys);
    try {
      for (int i = 1; i <= settings.nodes(); i++) {
        cluster.add(i);
      }
      cluster.setUp();
      Random seeds = new Random(settings.seed());
      Random clientSeeds = new Random(seeds.nextLong());
      Workload workload = new Workload(client, history, settings.nodes());
      WatchClients watchers = new WatchClients(client);
      EventClients events = new EventClients(client);
      Arena arena =
          new Arena(
              cluster,
              network,
              new Random(seeds.nextLong()),
              settings.recovery(),
              node -> {
                workload.start(node, clientSeeds);
                watchers.start(node);
                events.start(node);
              },
              node -> {
                workload.stop(node);
                watchers.stop(node);
                events.stop(node);
              });
      cluster.nodes().forEach(arena::welcome);
      arena.hold(WARM_UP);
      long from = System.nanoTime();
      breakThings(arena);
      long to = System.nanoTime();
      workload.stop();
      if (client.turnedAway() > 0) {
        arena.complain(
            client.turnedAway() + " requests were turned away, or did not believe a node");
      }
      Report report = judge(cluster, client, history, watchers, arena, from, to);
      String title = scenario.name() + ", seed " + settings.seed();
      List<String> recorded = events.finish(title, arena.faults());
      Files.write(directory.resolve("events.ndjson"), recorded);
      new Timeline(history.operations(), arena.faults(), report.failures())
          .write(directory.resolve("timeline.html"), title, recorded);
      return report;
    } finally {
      cluster.close();
      if (keys != null) {
        keys.close();
      }
    }
  }

  private void breakThings(Arena arena) {
    long end = System.nanoTime() + settings.time().toNanos();
    boolean well = true;
    while (well && (arena.strikes() == 0 || System.nanoTime() < end)) {
      try {
        scenario.strike().accept(arena);
      } catch (IllegalStateException e) {
        arena.complain(String.valueOf(e.getMessage()));
      }
      arena.countStrike();
      well = arena.recovered() && arena.complaints().isEmpty();
      arena.hold(500, 1500);
    }
  }

  private Report judge(
      ProcessCluster cluster,
      Client client,
      ClientHistory history,
      WatchClients watchers,
      Arena arena,
      long from,
      long to)
      throws IOException {
    List<String> complaints = new ArrayList<>(arena.complaints());
    Judge judge = new Judge(cluster, client, history);
    try {
      judge.readAll();
    } catch (IllegalStateException e) {
      complaints.add(String.valueOf(e.getMessage()));
    }
    String difference = new Copies(client).difference(cluster);
    if (!difference.isEmpty()) {
      complaints.add("copies differ: " + difference);
    }
    cluster.nodes().forEach(node -> complaints.addAll(node.mishaps()));
    List<Operation> operations = history.operations();
    complaints.addAll(watchers.complaints(operations));
    List<Judgement> failures = judge.failures();
    Gaps gaps = Gaps.of(operations, arena.faults(), from, to);
    long snapshots = cluster.linesLogged("state taken from the leader's snapshot");
    return new Report(
        scenario,
        settings.seed(),
        settings.nodes(),
        arena.strikes(),
        operations.size(),
        operations.stream()
            .filter(o -> o.writes() && o.outcome() == Operation.Outcome.DONE)
            .count(),
        judge.lost(),
        snapshots,
        failures,
        complaints,
        gaps,
        arena.slowestRecovery(),
        directory);
  }
}
