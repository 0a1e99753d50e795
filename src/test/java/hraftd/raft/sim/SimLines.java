package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import hraftd.raft.node.MessageView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages that one can watch: each is alone on its way, arrives behind those that were sent over
 * the same link before it, and gets lost or late only if somebody wants that.
 */
final class SimLines implements SimWire {

  /** What the machine of a process that has ended takes to say so. */
  private static final long NOTICE = 2 * MILLI;

  private record Line(NodeId from, NodeId to) {}

  /** One message on its way. */
  private static final class Flight {
    final Message message;
    long arrivesAt;

    Flight(Message message, long arrivesAt) {
      this.message = message;
      this.arrivesAt = arrivesAt;
    }
  }

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;
  private final long minDelay;

  /** In the order in which they were sent. */
  private final Set<Flight> flights = new LinkedHashSet<>();

  /** When the last message arrives that was sent over a link. */
  private final Map<Line, Long> lastArrival = new HashMap<>();

  /** What gets lost on a link, by the kind of the message. */
  private final Set<Loss> losses = new HashSet<>();

  private record Loss(Line line, String kind) {}

  /** By how much longer a message takes over a link, in nanoseconds. */
  private final Map<Line, Long> slower = new HashMap<>();

  /** Nothing is on its way yet. */
  SimLines(SimCluster cluster, SimNetwork network, SimSettings.Lines settings) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
    minDelay = settings.minDelay();
  }

  @Override
  public void send(Message m) {
    Line line = new Line(m.from(), m.to());
    long takes = minDelay + random.nextLong(network.maxDelay - minDelay);
    long now = cluster.now();
    // Not at the same time: one can be told from the other.
    long behind = lastArrival.getOrDefault(line, now) + 1;
    long arrivesAt = Math.max(behind, now + takes + slower.getOrDefault(line, 0L));
    lastArrival.put(line, arrivesAt);
    Flight flight = new Flight(m, arrivesAt);
    flights.add(flight);
    land(flight);
  }

  private void land(Flight flight) {
    long due = flight.arrivesAt;
    cluster.after(
        due - cluster.now(),
        () -> {
          if (flight.arrivesAt == due && flights.remove(flight)) {
            arrive(flight.message);
          }
        });
  }

  private void arrive(Message m) {
    if (losses.contains(new Loss(new Line(m.from(), m.to()), kind(m)))) {
      cluster.witness.dropped(m, "cut");
    } else {
      network.arrive(m);
    }
  }

  private static String kind(Message m) {
    return MessageView.of(m).kind().word();
  }

  /** From now on messages of this kind get lost between the one and the other, or do no more. */
  void lose(NodeId from, NodeId to, String kind, boolean lost) {
    Loss loss = new Loss(new Line(from, to), kind);
    if (lost) {
      losses.add(loss);
    } else {
      losses.remove(loss);
    }
  }

  /** Nothing gets lost any more between the one and the other, and nothing takes longer. */
  void mend(NodeId from, NodeId to) {
    Line line = new Line(from, to);
    losses.removeIf(loss -> loss.line.equals(line));
    slower.remove(line);
  }

  /** From now on a message takes so much longer from the one to the other, in nanoseconds. */
  void slow(NodeId from, NodeId to, long nanos) {
    slower.put(new Line(from, to), nanos);
  }

  /**
   * The first message on its way that is such a one is lost.
   *
   * @return which; null if there is none
   */
  @Nullable Message drop(Predicate<Message> which) {
    Flight found = find(which);
    if (found == null) {
      return null;
    }
    flights.remove(found);
    return found.message;
  }

  /**
   * The first message on its way that is such a one takes so much longer; others overtake it.
   *
   * @return which; null if there is none
   */
  @Nullable Message delay(Predicate<Message> which, long nanos) {
    Flight found = find(which);
    if (found == null) {
      return null;
    }
    found.arrivesAt += nanos;
    land(found);
    return found.message;
  }

  private @Nullable Flight find(Predicate<Message> which) {
    return flights.stream().filter(f -> which.test(f.message)).findFirst().orElse(null);
  }

  @Override
  public boolean mayRepeat() {
    return false;
  }

  @Override
  public boolean isFree(NodeId from, NodeId to) {
    return network.isQuick() && slower.getOrDefault(new Line(from, to), 0L) == 0;
  }

  @Override
  public void ended(NodeId node) {}

  /** Its machine says so, where that gets through. */
  @Override
  public void othersNotice(NodeId gone) {
    for (SimNode other : cluster.nodes.values()) {
      if (!other.id.equals(gone)) {
        cluster.after(
            NOTICE,
            () -> {
              if (network.reaches(gone, other.id)) {
                other.peerDown(gone);
              }
            });
      }
    }
  }

  @Override
  public void breakConnections(NodeId node) {}

  @Override
  public void choke(NodeId from, NodeId to, long nanos) {}

  @Override
  public void heal() {
    slower.clear();
    losses.clear();
  }
}
