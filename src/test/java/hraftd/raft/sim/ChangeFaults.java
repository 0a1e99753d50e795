package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.Member;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Histories of changes of one member at a time (4.1, 4.2.2, 3.10) that have broken other
 * implementations, step by step, as chance seldom leads there.
 */
final class ChangeFaults {

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;

  ChangeFaults(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
  }

  /**
   * The bug of 2015 (raft-dev, "bug in single-server membership changes"): the first leader of four
   * removes one and dies with that; the second removes the first, before an entry of its own term
   * is committed, and reaches one of the rest; the first comes back and reaches the other. Both
   * would have a majority, each of its own configuration.
   */
  void bugOf2015() {
    network.mend();
    SimNode first = cluster.leaderOr(cluster.pick());
    List<NodeId> others = othersThan(first);
    if (others.size() != 3) {
      cluster.join();
      return;
    }
    NodeId removed = others.get(0);
    first.requests.remove(removed.id());
    awaitChange(
        40,
        first,
        () -> {
          network.separate(Set.of(first.id));
          awaitLeader(300, first, second -> removesTheFirst(first, second, removed, others));
        });
  }

  private void removesTheFirst(SimNode first, SimNode second, NodeId removed, List<NodeId> others) {
    others.remove(second.id);
    NodeId ofTheFirst = others.get(others.get(0).equals(removed) ? 1 : 0);
    others.remove(ofTheFirst);
    second.requests.remove(first.id.id());
    network.mend();
    network.separate(Set.of(second.id, others.get(0)));
    cluster.after((600 + random.nextInt(600)) * MILLI, network::mend);
  }

  /**
   * A removal reaches at most the one whom it removes, and then the leader is gone for long: the
   * others need the one who is to be removed.
   */
  void uncommittedRemoval() {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    List<NodeId> others = othersThan(leader);
    if (others.isEmpty()) {
      return;
    }
    NodeId removed = others.get(0);
    leader.requests.remove(removed.id());
    awaitChange(
        40,
        leader,
        () -> {
          network.separate(Set.of(leader.id, removed));
          cluster.after(
              random.nextLong(2 * network.maxDelay + 20 * MILLI),
              () -> {
                network.mend();
                network.separate(Set.of(leader.id));
                cluster.after((1 + random.nextInt(3000)) * MILLI, network::mend);
              });
        });
  }

  /** A leader is to remove itself, and is disturbed in that; whoever leads then is to do it too. */
  void leaderRemovesItself() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (othersThan(leader).isEmpty()) {
      cluster.join();
      return;
    }
    leader.requests.remove(leader.id.id());
    cluster.after(
        random.nextLong(60 * MILLI),
        () -> {
          cluster.removeEverywhere(leader.id.id());
          disturb(leader);
        });
    cluster.after(1000 * MILLI, cluster::join);
  }

  /** A leader hands over while a change is not committed, and is disturbed in that. */
  void transferDuringChange() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    List<NodeId> others = othersThan(leader);
    if (others.size() < 2 || random.nextBoolean()) {
      cluster.join();
    } else {
      leader.requests.remove(others.get(0).id());
    }
    awaitChange(
        100,
        leader,
        () -> {
          leader.requests.handOver("");
          cluster.after(random.nextLong(40 * MILLI), () -> disturb(leader));
        });
  }

  private void disturb(SimNode node) {
    switch (random.nextInt(4)) {
      case 0 -> cluster.crashIfUp(node);
      case 1 -> cluster.bounce(node);
      case 2 -> network.isolate(node, random.nextInt(3));
      default -> network.wire.breakConnections(node.id);
    }
  }

  /** The other voters, in any order; none if this one does not lead. */
  private List<NodeId> othersThan(SimNode leader) {
    List<NodeId> others = new ArrayList<>();
    if (leader.running() && leader.raft().leads()) {
      leader.raft().membership().voters().stream()
          .map(Member::node)
          .filter(node -> !node.equals(leader.id) && cluster.nodes.containsKey(node))
          .forEach(others::add);
      Collections.shuffle(others, random);
    }
    return others;
  }

  /** Goes on when a change is in the leader's log and not committed; gives up after some tries. */
  private void awaitChange(int tries, SimNode leader, Runnable then) {
    if (cluster.calm() || !leader.up() || !leader.raft().leads()) {
      return;
    }
    if (leader.raft().configurations.index() > leader.raft().commitIndex()) {
      then.run();
    } else if (tries > 0) {
      cluster.after(MILLI, () -> awaitChange(tries - 1, leader, then));
    }
  }

  private void awaitLeader(int tries, SimNode notThis, Consumer<SimNode> then) {
    SimNode found =
        cluster.nodes.values().stream()
            .filter(node -> node != notThis && node.up() && node.raft().leads())
            .findFirst()
            .orElse(null);
    if (cluster.calm()) {
      return;
    }
    if (found != null) {
      then.accept(found);
    } else if (tries > 0) {
      cluster.after(2 * MILLI, () -> awaitLeader(tries - 1, notThis, then));
    }
  }
}
