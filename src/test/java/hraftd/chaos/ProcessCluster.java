package hraftd.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes under test, by number, and what can be asked of them over HTTP. One thread at a time.
 */
final class ProcessCluster {

  private static final Duration QUICK = Duration.ofMillis(500);
  private static final Duration PATIENT = Duration.ofSeconds(60);

  /** A change of members under way when its leader died ends sooner than the default limit. */
  private static final Duration CHANGE = Duration.ofSeconds(5);

  private final Network network;
  private final Client client;
  private final Path directory;
  private final List<String> program;
  private final List<String> older;
  private final boolean onImages;
  private final @Nullable NodeKeys keys;
  private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
  private int last;

  /**
   * @param program how to start a node
   * @param older the same of the version before, which nodes begin with; empty: with this one
   * @param keys null if the nodes are open to everybody
   */
  ProcessCluster(
      Network network,
      Client client,
      Path directory,
      List<String> program,
      List<String> older,
      boolean onImages,
      @Nullable NodeKeys keys) {
    this.keys = keys;
    this.network = network;
    this.client = client;
    this.directory = directory;
    this.program = program;
    this.older = older;
    this.onImages = onImages;
  }

  /** Makes a node's namespace and disk; starts nothing. */
  NodeProcess add(int number) {
    last = Math.max(last, number);
    network.add(number);
    String id = "n" + number;
    DiskImage disk = new DiskImage(directory, id, onImages);
    disk.create();
    List<String> first = older.isEmpty() ? program : older;
    NodeProcess node =
        new NodeProcess(
            number,
            first,
            keys == null ? List.of() : keys.flags(number),
            directory.resolve(id + ".log"),
            disk);
    nodes.put(number, node);
    return node;
  }

  /** As {@link #add}, with a number that no node has had yet. */
  NodeProcess addNext() {
    return add(last + 1);
  }

  /** What the nodes show each other. */
  NodeKeys keys() {
    if (keys == null) {
      throw new IllegalStateException("these nodes are open to everybody");
    }
    return keys;
  }

  /** How to start a node of this version. */
  List<String> program() {
    return program;
  }

  /** How to start one of the version before; empty if there is none. */
  List<String> older() {
    return older;
  }

  /** A number in a node's status; -1 if it has none. */
  long number(NodeProcess node, String field) {
    return client.get(node.http(), "/status", QUICK).json().path(field).asLong(-1);
  }

  /** True if a node knows of a comparison that has found all copies the same. */
  boolean compared(NodeProcess node) {
    return client.get(node.http(), "/status", QUICK).json().path("compared").isObject();
  }

  List<NodeProcess> nodes() {
    return List.copyOf(nodes.values());
  }

  NodeProcess node(int number) {
    NodeProcess node = nodes.get(number);
    if (node == null) {
      throw new NoSuchElementException("node " + number);
    }
    return node;
  }

  List<Integer> numbers() {
    return List.copyOf(nodes.keySet());
  }

  /** Forms the cluster of all nodes there are; the first leads. */
  void setUp() {
    List<NodeProcess> all = nodes();
    all.forEach(NodeProcess::start);
    for (NodeProcess node : all) {
      require(
          "start of " + node.id(), PATIENT, () -> client.get(node.http(), "/livez", QUICK).ok());
    }
    NodeAnswer answer = client.post(all.get(0).http(), "/setup", setupBody(all), PATIENT);
    if (!answer.ok()) {
      throw new IllegalStateException("/setup: " + answer.status() + " " + answer.body());
    }
    makeToken(all.get(0));
    require("a ready cluster", PATIENT, this::healthy);
  }

  /**
   * A leader that has just begun makes none until it has heard of every node that it knows them.
   */
  private void makeToken(NodeProcess node) {
    String[] refusal = {""};
    boolean isMade =
        Eventually.within(
            PATIENT,
            () -> {
              refusal[0] = client.makeToken(node.http(), PATIENT);
              return refusal[0].isEmpty();
            });
    if (!isMade) {
      throw new IllegalStateException("/token: " + refusal[0]);
    }
  }

  private static String setupBody(List<NodeProcess> all) {
    NodeProcess first = all.get(0);
    List<String> https = new ArrayList<>();
    List<String> rafts = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (NodeProcess node : all.subList(1, all.size())) {
      https.add('"' + node.http() + '"');
      rafts.add('"' + node.raft() + '"');
      ids.add('"' + node.id() + '"');
    }
    return String.format(
        "{\"leaderAddr\":\"%s\",\"leaderRaftAddr\":\"%s\",\"leaderId\":\"%s\","
            + "\"clientAddrs\":%s,\"clientRaftAddrs\":%s,\"clientIds\":%s}",
        first.http(), first.raft(), first.id(), https, rafts, ids);
  }

  /** The node that says it leads, in the newest term that anybody who answers knows. */
  Optional<NodeProcess> leader() {
    NodeProcess leader = null;
    long newest = -1;
    for (NodeProcess node : nodes()) {
      if (node.alive()) {
        JsonNode status = client.get(node.http(), "/status", QUICK).json();
        long term = status.path("term").asLong(-1);
        if ("leader".equals(status.path("state").asText()) && term > newest) {
          newest = term;
          leader = node;
        }
      }
    }
    return Optional.ofNullable(leader);
  }

  NodeProcess awaitLeader() {
    require("leader", PATIENT, () -> leader().isPresent());
    return leader().orElseGet(this::awaitLeader);
  }

  /** True if every node is ready and takes a write. */
  boolean healthy() {
    return nodes().stream().allMatch(this::serves);
  }

  /** Ready, and takes a write. */
  boolean serves(NodeProcess node) {
    return client.get(node.http(), "/readyz", QUICK).ok()
        && client.send(node.http(), "PUT", "/key/probe", "p", QUICK).ok();
  }

  /** Asks a node that works to take another away. */
  NodeAnswer remove(NodeProcess asked, NodeProcess gone) {
    return client.post(asked.http(), "/remove", "{\"id\":\"" + gone.id() + "\"}", CHANGE);
  }

  /**
   * Asks nodes in turn to take another away until it is gone.
   *
   * @return empty, or the last refusal
   */
  String remove(List<NodeProcess> asked, NodeProcess gone, Duration limit) {
    String[] refusal = {"not asked"};
    int[] tries = {0};
    Eventually.within(
        limit,
        () -> {
          NodeAnswer answer = remove(asked.get(tries[0]++ % asked.size()), gone);
          // An earlier request of unknown outcome may have done it.
          boolean done = answer.ok() || (tries[0] > 1 && answer.status() == 404);
          refusal[0] = done ? "" : answer.status() + " " + answer.body().strip();
          return done;
        });
    return refusal[0];
  }

  /** Makes the log grow by so many entries, or for so long. */
  void bulk(List<NodeProcess> asked, int entries, Duration limit) {
    Bulk.write(client, asked, entries, limit);
  }

  NodeAnswer shutdown(NodeProcess asked) {
    return client.post(asked.http(), "/shutdown", "", PATIENT);
  }

  /** How often the nodes, those that are gone too, have logged a line with these words. */
  long linesLogged(String words) {
    long count = 0;
    for (int number = 1; number <= last; number++) {
      Path log = directory.resolve("n" + number + ".log");
      try (Stream<String> lines = Files.lines(log)) {
        count += lines.filter(line -> line.contains(words)).count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return count;
  }

  /** Drops a node from those that count: its process is ended, its directory stays. */
  void forget(NodeProcess node) {
    node.kill();
    node.disk().close();
    nodes.remove(node.number());
  }

  void close() {
    for (NodeProcess node : nodes()) {
      node.kill();
      node.disk().close();
    }
  }

  private static void require(String what, Duration limit, BooleanSupplier condition) {
    if (!Eventually.within(limit, condition)) {
      throw new IllegalStateException("no " + what + " within " + limit.toSeconds() + " s");
    }
  }
}
