package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The network as hraftd has it: a connection of TCP from each node to each other, which a {@link
 * SimSender} makes and uses. What it carries arrives in order until it breaks.
 */
final class SimConnections implements SimWire {

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;

  /** By who sends, then by who is sent to. */
  private final Map<NodeId, Map<NodeId, SimSender>> senders = new HashMap<>();

  /** The same, in the order in which they were made. */
  private final List<SimSender> all = new ArrayList<>();

  /** What waits for one peer at most, by number. */
  private final int maxQueue;

  /** What a connection holds before who writes has to wait. */
  private final int maxInFlight;

  /** No connection is made yet. */
  SimConnections(SimCluster cluster, SimNetwork network, SimSettings.Connections settings) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
    maxQueue = settings.maxQueue();
    maxInFlight = settings.maxInFlight();
    cluster.after(SimSender.HOUSEKEEPING, this::keepHouse);
  }

  SimSender sender(NodeId from, NodeId to) {
    return senders
        .computeIfAbsent(from, node -> new HashMap<>())
        .computeIfAbsent(
            to,
            node -> {
              SimSender made =
                  new SimSender(cluster, network, this, from, to, maxQueue, maxInFlight);
              all.add(made);
              return made;
            });
  }

  private void keepHouse() {
    all.forEach(SimSender::checkSilence);
    cluster.after(SimSender.HOUSEKEEPING, this::keepHouse);
  }

  /** What a frame takes now. */
  long delay() {
    return random.nextLong(cluster.calm() ? 2 * MILLI : network.maxDelay);
  }

  @Override
  public void send(Message m) {
    sender(m.from(), m.to()).send(m);
  }

  @Override
  public boolean mayRepeat() {
    return false;
  }

  @Override
  public boolean isFree(NodeId from, NodeId to) {
    return network.isQuick() && sender(from, to).isFree();
  }

  @Override
  public void ended(NodeId node) {
    for (SimSender sender : all) {
      if (sender.from.equals(node)) {
        sender.ended();
      } else if (sender.to.equals(node)) {
        sender.peerEnded();
      }
    }
  }

  @Override
  public void othersNotice(NodeId gone) {}

  @Override
  public void breakConnections(NodeId node) {
    for (SimSender sender : all) {
      if ((sender.from.equals(node) || sender.to.equals(node)) && random.nextInt(4) > 0) {
        sender.reset();
      }
    }
  }

  @Override
  public void choke(NodeId from, NodeId to, long nanos) {
    sender(from, to).choke(nanos);
  }

  @Override
  public void heal() {
    all.forEach(SimSender::heal);
  }
}
