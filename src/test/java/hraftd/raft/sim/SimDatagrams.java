package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * More than Raft has to bear: messages are delayed, reordered, lost and repeated, one by one, and
 * some come much too late.
 */
final class SimDatagrams implements SimWire {

  /** Several leaderships fit into it. */
  private static final long MAX_LATENESS = 2000 * MILLI;

  private record Link(NodeId from, NodeId to) {}

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;

  /** When the last message arrives that was sent over a whole link. */
  private final Map<Link, Long> lastArrival = new HashMap<>();

  private final SimSettings.Datagrams settings;

  /** Nothing is on its way yet. */
  SimDatagrams(SimCluster cluster, SimNetwork network, SimSettings.Datagrams settings) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
    this.settings = settings;
  }

  @Override
  public void send(Message m) {
    int times = cluster.calm() || random.nextDouble() >= settings.repeatRate() ? 1 : 2;
    for (int i = 0; i < times; i++) {
      if (cluster.calm()) {
        deliverInOrder(m);
      } else if (random.nextDouble() >= settings.lossRate()) {
        if (random.nextDouble() < settings.lateRate()) {
          deliverLate(m);
        } else {
          network.deliver(m, random.nextLong(network.maxDelay));
        }
      } else {
        cluster.witness.dropped(m, "lost");
      }
    }
  }

  /** Not any more when all faults are over. */
  private void deliverLate(Message m) {
    cluster.after(
        random.nextLong(MAX_LATENESS),
        () -> {
          if (!cluster.calm()) {
            network.deliver(m, 0);
          }
        });
  }

  /** Reordering is a fault too: a whole connection does not. */
  private void deliverInOrder(Message m) {
    Link link = new Link(m.from(), m.to());
    long soon = random.nextLong(2 * MILLI);
    Long last = lastArrival.get(link);
    long delay = last == null ? soon : Math.max(soon, last - cluster.now());
    lastArrival.put(link, cluster.now() + delay);
    network.deliver(m, delay);
  }

  @Override
  public boolean mayRepeat() {
    return true;
  }

  /** Where some are lost all of a timeout may be. */
  @Override
  public boolean isFree(NodeId from, NodeId to) {
    return settings.lossRate() == 0 && settings.lateRate() == 0 && network.isQuick();
  }

  @Override
  public void ended(NodeId node) {}

  @Override
  public void othersNotice(NodeId gone) {
    for (SimNode other : cluster.nodes.values()) {
      if (other.up() && !other.id.equals(gone) && random.nextInt(4) > 0) {
        cluster.after(random.nextLong(5 * MILLI), () -> other.peerDown(gone));
      }
    }
  }

  @Override
  public void breakConnections(NodeId node) {}

  @Override
  public void choke(NodeId from, NodeId to, long nanos) {}

  @Override
  public void heal() {}
}
