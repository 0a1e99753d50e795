package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Keyring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some nodes that are one cluster; the id of each in the cluster is its name. */
final class TestCluster implements AutoCloseable {

  private static final int MOST_STARTS = 3;

  private final List<Daemon> nodes = new ArrayList<>();

  private TestCluster() {}

  /** Starts so many nodes, unset. */
  static TestCluster waiting(Path directory, int size, String... jvmOptions) {
    return waiting(EngineUnderTest.RAFT, directory, size, jvmOptions);
  }

  /** The nodes of another one, to be started on new ports. */
  static TestCluster moved(TestCluster other) {
    TestCluster cluster = new TestCluster();
    other.nodes.forEach(node -> cluster.add(node.moved()));
    return cluster;
  }

  /** So many nodes that are not started yet. */
  static TestCluster of(Path directory, int size) {
    TestCluster cluster = new TestCluster();
    for (int i = 1; i <= size; i++) {
      cluster.add(new Daemon("node" + i, directory.resolve("node" + i)));
    }
    return cluster;
  }

  /** Starts so many nodes on this engine, unset. */
  static TestCluster waiting(
      EngineUnderTest engine, Path directory, int size, String... jvmOptions) {
    TestCluster cluster = new TestCluster();
    for (int i = 1; i <= size; i++) {
      Daemon node = new Daemon("node" + i, directory.resolve("node" + i));
      cluster.add(node.on(engine).with(List.of(jvmOptions)));
    }
    cluster.startAll();
    return cluster;
  }

  /**
   * Three members that ask who is there, write down every change, and look at their files five
   * times a second.
   */
  static TestCluster asking(Path directory, String secret) {
    TestCluster cluster = of(directory, 3);
    cluster.nodes.forEach(
        node ->
            node.withSecret(secret)
                .withEnvironment("HRAFTD_AUDIT", "writes")
                .with(List.of("-Dhraftd.filesMillis=200")));
    cluster.startAll();
    return cluster.setUp();
  }

  /** Starts so many nodes that ask who is there, unset. */
  static TestCluster waiting(Keyring keys, Path directory, int size, String... jvmOptions) {
    TestCluster cluster = of(directory, size);
    cluster.nodes.forEach(node -> node.secured(keys).with(List.of(jvmOptions)));
    cluster.startAll();
    return cluster;
  }

  /** Starts so many nodes that ask who is there, sets them up and waits until all are ready. */
  static TestCluster ready(Keyring keys, Path directory, int size, String... jvmOptions)
      throws IOException {
    return waiting(keys, directory, size, jvmOptions).setUp();
  }

  /** Starts so many nodes, sets them up and waits until all are ready. */
  static TestCluster ready(Path directory, int size, String... jvmOptions) throws IOException {
    return ready(EngineUnderTest.RAFT, directory, size, jvmOptions);
  }

  /** Starts so many nodes on this engine, sets them up and waits until all are ready. */
  static TestCluster ready(EngineUnderTest engine, Path directory, int size, String... jvmOptions)
      throws IOException {
    return waiting(engine, directory, size, jvmOptions).setUp();
  }

  /** Makes the nodes, which are started, a cluster, and waits until all are ready; gives itself. */
  TestCluster setUp() {
    // On a very busy machine a node may not answer another in time: it may be sent again.
    eventually(
        "the cluster is set up",
        LONG,
        () -> node(1).post("/setup?timeout=30s", setupBody(nodes)).expect(200));
    awaitReady();
    return this;
  }

  /**
   * Makes a token, or makes it anew; its text. A leader that has just begun makes none until it has
   * heard of every node that it knows tokens.
   *
   * @param rules in JSON, with commas between them
   */
  String token(String name, String rules) {
    String body = "{\"name\":\"%s\",\"rules\":[%s]}".formatted(name, rules);
    return eventually(
        "the token " + name,
        LONG,
        () -> node(1).post("/token", body).expect(201).json().path("token").asText());
  }

  /** How often a node has said that it has read files again, as they had changed. */
  static long filesReadAgain(Daemon node) {
    return node.errors().lines().filter(line -> line.contains("read again, as")).count();
  }

  /** Waits until each of these nodes has said so that often, in all its starts. */
  static void awaitFilesReadAgain(List<Daemon> nodes, long times) {
    for (Daemon node : nodes) {
      eventually(node.name() + " has read them again", () -> filesReadAgain(node) >= times);
    }
  }

  /** The body of /setup for these nodes, the first as leader. */
  static String setupBody(List<Daemon> nodes) {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.put("leaderAddr", nodes.get(0).haddr());
    body.put("leaderRaftAddr", nodes.get(0).raddr());
    body.put("leaderId", nodes.get(0).name());
    ArrayNode addresses = body.putArray("clientAddrs");
    ArrayNode raftAddresses = body.putArray("clientRaftAddrs");
    ArrayNode ids = body.putArray("clientIds");
    for (Daemon node : nodes.subList(1, nodes.size())) {
      addresses.add(node.haddr());
      raftAddresses.add(node.raddr());
      ids.add(node.name());
    }
    return body.toString();
  }

  /** The body of /join for a node. */
  static String joinBody(Daemon node) {
    return join(node).toString();
  }

  /** The body of /join for a node that takes another's place. */
  static String joinBody(Daemon node, Daemon replaced) {
    return join(node).put("replaces", replaced.name()).toString();
  }

  private static ObjectNode join(Daemon node) {
    return new ObjectMapper()
        .createObjectNode()
        .put("id", node.name())
        .put("addr", node.raddr())
        .put("haddr", node.haddr());
  }

  /** Takes a node in, so that it is closed with the others. */
  Daemon add(Daemon node) {
    nodes.add(node);
    return node;
  }

  /** Replaces a node by one of the same name. */
  Daemon replace(Daemon node) {
    nodes.replaceAll(n -> n.name().equals(node.name()) ? node : n);
    return node;
  }

  /** All nodes, running or not. */
  List<Daemon> nodes() {
    return List.copyOf(nodes);
  }

  /** Node 1, 2, ... */
  Daemon node(int number) {
    return nodes.get(number - 1);
  }

  /** Starts those that do not run, at the same time, and waits until they listen. */
  void startAll() {
    List<Daemon> stopped = nodes.stream().filter(n -> !n.isRunning()).toList();
    stopped.forEach(Daemon::launch);
    stopped.forEach(Daemon::listening);
  }

  /**
   * Kills all nodes and starts them again until they serve. On jgroups-raft that may take more than
   * one start (docs/engines.md, "What is different for clients").
   */
  void killAndStartAll(EngineUnderTest engine) {
    for (int start = 1; ; start++) {
      nodes.forEach(Daemon::kill);
      startAll();
      try {
        awaitReady();
        return;
      } catch (AssertionError e) {
        if (engine == EngineUnderTest.RAFT || start == MOST_STARTS) {
          throw e;
        }
      }
    }
  }

  /** Waits until every node that runs is ready. */
  void awaitReady() {
    nodes.stream().filter(Daemon::isRunning).forEach(Daemon::awaitReady);
  }

  /** The node that leads, once every running node says the same. */
  Daemon leader() {
    return eventually(
        "the nodes agree on a leader",
        LONG,
        () -> {
          List<String> ids = new ArrayList<>();
          for (Daemon node : nodes) {
            if (node.isRunning()) {
              ids.add(node.status().path("leader").path("id").asText());
            }
          }
          assertEquals(1, ids.stream().distinct().count(), ids::toString);
          Daemon leader =
              nodes.stream().filter(n -> n.name().equals(ids.get(0))).findFirst().orElseThrow();
          assertEquals("leader", leader.state());
          return leader;
        });
  }

  /** The nodes that do not lead, running. */
  List<Daemon> followers() {
    return others(leader());
  }

  /** The running nodes but this one, for a test that has asked for the leader before. */
  List<Daemon> others(Daemon node) {
    return nodes.stream().filter(n -> n != node && n.isRunning()).toList();
  }

  @Override
  public void close() {
    nodes.forEach(Daemon::close);
  }
}
