package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The network of a simulated cluster: messages are delayed, reordered, lost and repeated, some come
 * much too late, and links break one way or both.
 */
final class SimNetwork {

  /** Several leaderships fit into it. */
  private static final long MAX_LATENESS = 2000 * MILLI;

  private record Link(NodeId from, NodeId to) {}

  private final SimCluster cluster;
  private final Random random;
  private final Set<Link> cut = new HashSet<>();

  /** When the last message arrives that was sent over a whole link. */
  private final Map<Link, Long> lastArrival = new HashMap<>();

  private final List<Message> copies = new ArrayList<>();
  private final double lossRate;
  private final double repeatRate;

  /** How many messages come so late that others lead by then. */
  private final double lateRate;

  /** What all others take at most, in nanoseconds. */
  final long maxDelay;

  private @Nullable NodeId copied;

  /** A whole network; the cluster's random decides how good it is. */
  SimNetwork(SimCluster cluster) {
    this.cluster = cluster;
    this.random = cluster.random;
    lossRate = random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    repeatRate = random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    lateRate = random.nextInt(3) > 0 ? 0 : random.nextDouble() * 0.02;
    maxDelay = MILLI * (1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 10));
  }

  /** What the one sends no longer reaches the other. */
  void cut(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  /** All links are whole again. */
  void mend() {
    cut.clear();
  }

  /** Keeps copies of what a node sends for a while, and drops earlier ones; then goes on. */
  void copyThen(NodeId node, Runnable then) {
    copies.clear();
    copied = node;
    cluster.after(
        random.nextLong(400 * MILLI),
        () -> {
          copied = null;
          then.run();
        });
  }

  List<Message> copies() {
    return List.copyOf(copies);
  }

  /** Nothing passes between these and the others. */
  void separate(Set<NodeId> some) {
    for (NodeId a : cluster.nodes.keySet()) {
      for (NodeId b : cluster.nodes.keySet()) {
        if (some.contains(a) != some.contains(b)) {
          cut(a, b);
        }
      }
    }
  }

  /** Cuts a node off: what it sends, what it gets, or both. */
  void isolate(SimNode n, int how) {
    for (NodeId other : cluster.nodes.keySet()) {
      if (how != 0) {
        cut(n.id, other);
      }
      if (how != 1) {
        cut(other, n.id);
      }
    }
    cluster.after(
        random.nextLong(1500 * MILLI),
        () -> cut.removeIf(l -> l.from.equals(n.id) || l.to.equals(n.id)));
  }

  /** Cuts the cluster into two parts. */
  void halves() {
    Set<NodeId> left = new HashSet<>();
    cluster.nodes.keySet().stream().filter(x -> random.nextBoolean()).forEach(left::add);
    separate(left);
    cluster.after(random.nextLong(1500 * MILLI), this::mend);
  }

  /** A message is sent, and may be lost. */
  void send(Message m) {
    if (m.from().equals(copied)) {
      copies.add(m);
    }
    int times = cluster.calm() || random.nextDouble() >= repeatRate ? 1 : 2;
    for (int i = 0; i < times; i++) {
      if (cluster.calm()) {
        deliverInOrder(m);
      } else if (random.nextDouble() >= lossRate) {
        boolean late = random.nextDouble() < lateRate;
        deliver(m, random.nextLong(late ? MAX_LATENESS : maxDelay));
      }
    }
  }

  /** Reordering is a fault too: a whole connection does not. */
  private void deliverInOrder(Message m) {
    Link link = new Link(m.from(), m.to());
    long soon = random.nextLong(2 * MILLI);
    Long last = lastArrival.get(link);
    long delay = last == null ? soon : Math.max(soon, last - cluster.now());
    lastArrival.put(link, cluster.now() + delay);
    deliver(m, delay);
  }

  /** A message arrives, if its link is whole then. */
  void deliver(Message m, long delay) {
    SimNode to = cluster.nodes.get(m.to());
    if (to != null) {
      cluster.after(
          delay,
          () -> {
            if (!cut.contains(new Link(m.from(), m.to()))) {
              to.receive(m);
            }
          });
    }
  }
}
