package hraftd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How hraftd bears more keys and more nodes: a new cluster for each row. */
final class Scale {

  private static final Duration RESTART_TARGET = Duration.ofSeconds(10);

  /** Loading ends when it ends; a few in flight keep the disks busy. */
  private static final int BODIES_IN_FLIGHT = 8;

  /** A few snapshots while the keys are loaded, but not one after the other for few keys. */
  private static final long SNAPSHOT_BYTES_PER_KEY = 40;

  private static final long LEAST_SNAPSHOT_BYTES = 16 << 20;

  /** So many have to fit into the smaller heap. */
  private static final int MANY_KEYS = 1_000_000;

  /** As Snapshotter logs it. */
  private static final Pattern SNAPSHOT =
      Pattern.compile("snapshot at index \\d+: (\\d+) bytes in (\\d+) ms");

  private static final String HEAD =
      "| nodes | keys | loaded keys/s | writes/s, 64 clients | p99 ms | errors | snapshot MiB |"
          + " snapshot ms | restart s | heap MiB | memory MiB |\n"
          + "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";

  private static final int KEYS_OF_MORE_NODES = 100_000;

  private final Program program;
  private final Wrk wrk;
  private final Http http;
  private final Duration each;

  /**
   * @param each how long the writes are measured
   */
  Scale(Program program, Wrk wrk, Http http, Duration each) {
    this.program = program;
    this.wrk = wrk;
    this.http = http;
    this.each = each;
  }

  /**
   * The whole table: more keys on three nodes, then more nodes.
   *
   * @param keys of the rows with three nodes
   */
  String table(List<Integer> keys, Place place) throws IOException {
    StringBuilder table = new StringBuilder(HEAD);
    for (int count : keys) {
      table.append(row(3, count, place.resolve("keys-" + count)));
    }
    for (int nodes : List.of(5, 7)) {
      table.append(row(nodes, KEYS_OF_MORE_NODES, place.resolve("nodes-" + nodes)));
    }
    ProgressLine.end();
    return table.toString();
  }

  private String row(int nodes, int keys, Place place) throws IOException {
    String what = String.format(Locale.ROOT, "%d nodes, %,d keys: ", nodes, keys);
    Load load = Load.named("write-64");
    HraftdCluster cluster = new HraftdCluster(sized(keys), nodes, place, http);
    HttpContender contender =
        new HttpContender(
            program.name(),
            program.jar(),
            new KeyDialect(),
            cluster,
            Set.of(HttpContender.Ability.values()),
            wrk,
            http);
    try {
      ProgressLine.show(what + "starting");
      contender.start();
      ProgressLine.show(what + "loading");
      double perSecond = load(contender, keys);
      ProgressLine.show(what + "writing");
      contender.drive(load, each);
      Tally tally = contender.drive(load, each);
      Server follower =
          cluster.servers().stream().filter(s -> s != contender.leader()).findFirst().orElseThrow();
      double heap = cluster.metric(follower, "jvm_memory_used_bytes{area=\"heap\"");
      double memory =
          Usage.of(List.of(follower.process()), new BlockDevice(place.directory())).memory();
      String snapshot = snapshot(follower.log());
      ProgressLine.show(what + "restarting a node");
      Duration restart = restart(cluster, follower);
      boolean slow = keys <= 1_000_000 && restart.compareTo(RESTART_TARGET) > 0;
      return String.format(
          Locale.ROOT,
          "| %d | %,d | %,.0f | %,.0f | %.1f | %d | %s | %.1f%s | %,.0f | %,.0f |%n",
          nodes,
          keys,
          perSecond,
          tally.requests() / (tally.time().toMillis() / 1e3),
          tally.p99().toNanos() / 1e6,
          tally.errors(),
          snapshot,
          restart.toMillis() / 1e3,
          slow ? " (!)" : "",
          heap / (1 << 20),
          memory / (1 << 20));
    } finally {
      contender.stop();
    }
  }

  /** With room for the keys, and with a log that is cut while they are loaded. */
  private Program sized(int keys) {
    String heap = keys > MANY_KEYS ? "-Xmx3g" : "-Xmx512m";
    long snapshotBytes = Math.max(LEAST_SNAPSHOT_BYTES, keys * SNAPSHOT_BYTES_PER_KEY);
    return program.with(List.of(heap, "-Dhraftd.snapshotBytes=" + snapshotBytes));
  }

  private double load(HttpContender contender, int keys) {
    Dialect dialect = contender.dialect();
    String leader = contender.leader().address();
    Semaphore free = new Semaphore(BODIES_IN_FLIGHT);
    AtomicInteger refused = new AtomicInteger();
    long begin = System.nanoTime();
    for (int from = 0; from < keys; from += dialect.mostPairs()) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int n = from; n < Math.min(keys, from + dialect.mostPairs()); n++) {
        pairs.put(String.format("scale%010d", n), Load.VALUE);
      }
      free.acquireUninterruptibly();
      var unused =
          http.sendAsync(dialect.put(leader, pairs))
              .thenAccept(
                  reply -> {
                    refused.addAndGet(reply.ok() ? 0 : 1);
                    free.release();
                  });
    }
    free.acquireUninterruptibly(BODIES_IN_FLIGHT);
    if (refused.get() > 0) {
      throw new Failed(refused + " bodies of keys were not taken");
    }
    return keys / ((System.nanoTime() - begin) / 1e9);
  }

  /** Two cells: the size and the time of the newest one. */
  private static String snapshot(Path log) throws IOException {
    String cells = "– | –";
    Matcher matcher = SNAPSHOT.matcher(Files.readString(log));
    while (matcher.find()) {
      double size = Double.parseDouble(matcher.group(1)) / (1 << 20);
      cells = String.format(Locale.ROOT, "%,.1f | %s", size, matcher.group(2));
    }
    return cells;
  }

  private Duration restart(HraftdCluster cluster, Server server) {
    server.stop();
    long begin = System.nanoTime();
    server.start();
    Failed.unless(server.id() + " is ready again", Http.PATIENT, () -> cluster.ready(server));
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
