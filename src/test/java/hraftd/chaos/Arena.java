package hraftd.chaos;

import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * What a strike has in hand: the cluster, its network, chance from the run's seed, and the record
 * of what was broken when. One thread.
 */
final class Arena {

  private final ProcessCluster cluster;
  private final Network network;
  private final Random seeds;
  private final Duration recovery;
  private final Consumer<NodeProcess> newcomer;
  private final Consumer<NodeProcess> leaver;
  private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private Random random;
  private Duration slowestRecovery = Duration.ZERO;
  private int strikes;

  /**
   * @param seeds of the strikes' chance
   * @param recovery after a strike everything must serve again within this
   * @param newcomer told of every node that joins, to send it clients
   * @param leaver told of every node that goes, to let its clients go
   */
  Arena(
      ProcessCluster cluster,
      Network network,
      Random seeds,
      Duration recovery,
      Consumer<NodeProcess> newcomer,
      Consumer<NodeProcess> leaver) {
    this.cluster = cluster;
    this.network = network;
    this.seeds = seeds;
    this.random = new Random(seeds.nextLong());
    this.recovery = recovery;
    this.newcomer = newcomer;
    this.leaver = leaver;
  }

  ProcessCluster cluster() {
    return cluster;
  }

  Network network() {
    return network;
  }

  Random random() {
    return random;
  }

  void welcome(NodeProcess node) {
    newcomer.accept(node);
  }

  void farewell(NodeProcess node) {
    leaver.accept(node);
  }

  /** How many strikes came before this one. */
  int strikes() {
    return strikes;
  }

  /**
   * Ends a strike. The next one has chance of its own: what it does is in the seed, whatever this
   * one made of its share.
   */
  void countStrike() {
    strikes++;
    random = new Random(seeds.nextLong());
  }

  NodeProcess leader() {
    return cluster.awaitLeader();
  }

  NodeProcess follower() {
    NodeProcess leader = leader();
    return pick(cluster.nodes().stream().filter(n -> n != leader).toList());
  }

  NodeProcess pick(List<NodeProcess> nodes) {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** As many nodes as may fail, by chance. */
  List<NodeProcess> minority() {
    List<NodeProcess> nodes = shuffled();
    return nodes.subList(0, (nodes.size() - 1) / 2);
  }

  List<NodeProcess> shuffled() {
    List<NodeProcess> nodes = new ArrayList<>(cluster.nodes());
    Collections.shuffle(nodes, random);
    return nodes;
  }

  /** Lets a fault last. */
  void hold(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Lets a fault last, between so many milliseconds and so many. */
  void hold(int least, int most) {
    hold(Duration.ofMillis(least + random.nextInt(most - least + 1)));
  }

  /** Breaks something, lets it last and mends it, all in the action, and writes down when. */
  void fault(String what, Collection<NodeProcess> nodes, Runnable action) {
    record(what, nodes, false, action);
  }

  /** A fault during which nothing can serve. */
  void outage(String what, Runnable action) {
    record(what, cluster.nodes(), true, action);
  }

  private void record(String what, Collection<NodeProcess> nodes, boolean total, Runnable action) {
    long from = System.nanoTime();
    List<String> ids = nodes.stream().map(NodeProcess::id).sorted().toList();
    try {
      action.run();
    } finally {
      faults.add(
          new Fault(what + " " + String.join(" ", ids), ids, from, System.nanoTime(), total));
    }
  }

  /** Something did not go as it must; the run fails. */
  void complain(String what) {
    complaints.add(what);
  }

  /** Complains unless it was done. */
  void expect(String what, NodeAnswer answer) {
    if (!answer.ok()) {
      complain(what + ": " + answer.status() + " " + answer.body().strip());
    }
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  /** Waits until all is well again; false, and a complaint, if it is not. */
  boolean recovered() {
    long from = System.nanoTime();
    for (NodeProcess node : cluster.nodes()) {
      Duration left = recovery.minusNanos(System.nanoTime() - from);
      if (!Eventually.within(left, () -> cluster.serves(node))) {
        complain(node.id() + " does not serve " + recovery.toSeconds() + " s after the last fault");
        return false;
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    slowestRecovery = took.compareTo(slowestRecovery) > 0 ? took : slowestRecovery;
    return true;
  }

  /** The longest that it took until all was well again, unless it took too long. */
  Duration slowestRecovery() {
    return slowestRecovery;
  }
}
