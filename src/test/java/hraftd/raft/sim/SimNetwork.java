package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network of a simulated cluster: which links are broken, one way or both, and a {@link
 * SimWire} that carries what is sent over the others.
 */
final class SimNetwork {

  private static final long QUICK = 30 * MILLI;

  private record Link(NodeId from, NodeId to) {}

  private final SimCluster cluster;
  private final Random random;
  private final Set<Link> cut = new LinkedHashSet<>();
  private final List<Message> copies = new ArrayList<>();

  /** What a message takes at most, in nanoseconds, but for those that are very late. */
  final long maxDelay;

  final SimWire wire;
  private @Nullable NodeId copied;

  /** A whole network. */
  SimNetwork(SimCluster cluster) {
    this.cluster = cluster;
    this.random = cluster.random;
    maxDelay = cluster.settings.maxDelay();
    wire = wire(cluster.settings.wire());
  }

  private SimWire wire(SimSettings.Wire settings) {
    if (settings instanceof SimSettings.Datagrams datagrams) {
      return new SimDatagrams(cluster, this, datagrams);
    } else if (settings instanceof SimSettings.Connections connections) {
      return new SimConnections(cluster, this, connections);
    }
    return new SimLines(cluster, this, (SimSettings.Lines) settings);
  }

  /** True if what the one sends reaches the other. */
  boolean reaches(NodeId from, NodeId to) {
    return cut.isEmpty() || !cut.contains(new Link(from, to));
  }

  /** True if no answer takes long, seen from an election timeout. */
  boolean isQuick() {
    return maxDelay <= QUICK;
  }

  /** What the one sends no longer reaches the other, unless all faults are over. */
  void cut(NodeId from, NodeId to) {
    if (!cluster.calm() && cut.add(new Link(from, to))) {
      tell("cut", "nothing gets through", new Link(from, to));
    }
  }

  /** All links are whole again. */
  void mend() {
    mend(link -> true);
  }

  private void mend(Predicate<Link> which) {
    for (Link link : List.copyOf(cut)) {
      if (which.test(link)) {
        cut.remove(link);
        tell("mended", "messages get through", link);
      }
    }
  }

  private void tell(String kind, String what, Link link) {
    String way = " from " + link.from.id() + " to " + link.to.id();
    cluster.witness.happened(
        new SimMoment(link.from, kind, what + way, Map.of("other", link.to.id())));
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

  /** None where a connection cannot bring anything twice. */
  List<Message> copies() {
    return wire.mayRepeat() ? List.copyOf(copies) : List.of();
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

  /** The same, both ways. */
  void cutBoth(NodeId a, NodeId b) {
    cut(a, b);
    cut(b, a);
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
        random.nextLong(1500 * MILLI), () -> mend(l -> l.from.equals(n.id) || l.to.equals(n.id)));
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
    wire.send(m);
  }

  /** A message arrives, if its link is whole then. */
  void deliver(Message m, long delay) {
    SimNode to = cluster.nodes.get(m.to());
    if (to != null) {
      cluster.after(delay, () -> arrive(m, to));
    }
  }

  /** A message is there, if its link is whole now and there still is such a node. */
  void arrive(Message m) {
    SimNode to = cluster.nodes.get(m.to());
    if (to != null) {
      arrive(m, to);
    }
  }

  private void arrive(Message m, SimNode to) {
    if (!reaches(m.from(), m.to())) {
      cluster.witness.dropped(m, "cut");
      return;
    }
    if (!to.up()) {
      cluster.witness.dropped(m, "down");
    }
    to.receive(m);
  }

  /** What the one sends reaches the other again. */
  void mend(NodeId from, NodeId to) {
    mend(new Link(from, to)::equals);
  }
}
