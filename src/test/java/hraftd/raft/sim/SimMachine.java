package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.cluster.Cluster;
import hraftd.cluster.ClusterRecord;
import hraftd.cluster.ConsensusFactory;
import hraftd.cluster.Endpoints;
import hraftd.cluster.InMemoryIdentity;
import hraftd.cluster.LocalNode;
import hraftd.cluster.Protection;
import hraftd.kv.ChangeListener;
import hraftd.kv.KvView;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.HostPort;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.node.RaftEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine of a simulation with what is kept on it and, while it is up, one process of hraftd
 * without its HTTP server: the real {@link Cluster} and {@link LocalNode} over the real Raft.
 */
final class SimMachine {

  /** So many starts of Raft of a thousand never take place, as the process dies over it. */
  private static final int DIES_AT_START = 50;

  private static final Duration SELDOM = Duration.ofDays(1);

  final HostPort http;
  final HostPort raft;
  final String id;
  private final SimCluster cluster;
  private final SimHttp network;
  private InMemoryIdentity identity;
  private SimNode node;
  private @Nullable Life life;

  /** One process. */
  final class Life implements ConsensusFactory {
    final SimTasks tasks = new SimTasks(cluster, node.clock());
    final LocalNode local =
        new LocalNode(
            identity, new Endpoints(id, http, raft, Endpoints.Advertised.AS_BOUND), this, tasks);
    final Cluster parts =
        new Cluster(
            local,
            new SimPeers(network, SimMachine.this, tasks),
            this::view,
            SELDOM,
            new RaftEngine(),
            "simulated",
            Protection.NONE);
    private final List<Runnable> connections = new ArrayList<>();
    private final KvView empty = new KvState(ChangeListener.NONE).view();

    private KvView view() {
      return node.up() ? node.process().view() : empty;
    }

    /** Whoever asks it, and has no answer yet, finds out that it has ended. */
    void whenItEnds(Runnable breaks) {
      connections.add(breaks);
    }

    private void end() {
      tasks.end();
      parts.close();
      connections.forEach(Runnable::run);
    }

    @Override
    public Consensus open(NodeId self, String clusterId, Membership initial, boolean campaign) {
      if (!cluster.calm() && cluster.random.nextInt(1000) < DIES_AT_START) {
        tasks.later(1, () -> crash());
        throw new SimTask.Ended();
      }
      SimInvariants.check(
          Promise.ONE_VOTE, self, self.equals(node.id), "%s starts as %s", node.id, self);
      node.begin(initial, campaign);
      return new SimConsensus(node);
    }

    @Override
    public void begin(Path directory) {}

    @Override
    public void require(Path directory) {}
  }

  /** New, with an empty directory. */
  SimMachine(SimCluster cluster, SimHttp network, int number) {
    this.cluster = cluster;
    this.network = network;
    id = "n" + number;
    http = new HostPort("127.0.0.1", number * 1000);
    raft = new HostPort("127.0.0.1", number * 1000 + 1);
    identity = new InMemoryIdentity(cluster.random.nextLong());
    node = newNode();
  }

  private SimNode newNode() {
    SimNode made = new SimNode(cluster, new NodeId(id, identity.incarnation()), Membership.EMPTY);
    cluster.nodes.put(made.id, made);
    return made;
  }

  /** Who it is as long as its directory lasts. */
  NodeId self() {
    return node.id;
  }

  SimNode node() {
    return node;
  }

  /** What it keeps of its cluster; null if nothing. */
  @Nullable ClusterRecord record() {
    return identity.load();
  }

  /** The process that runs now; null if none does. */
  @Nullable Life life() {
    return life;
  }

  /** Starts a process, unless one runs. */
  void start() {
    if (life == null) {
      Life begun = new Life();
      life = begun;
      begun.parts.start(Duration.ZERO);
      begun.tasks.execute(() -> resume(begun));
    }
  }

  private void resume(Life begun) {
    try {
      begun.local.resume();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The process ends, if one runs. */
  void crash() {
    Life ended = life;
    if (ended != null) {
      life = null;
      ended.end();
      node.crash();
      cluster.othersNotice(node.id);
    }
  }

  /** The process ends and comes back, some time later. */
  void crashFor(long millis) {
    crash();
    cluster.after(millis * MILLI, this::start);
  }

  /** Its threads stand still, or go on. */
  void pause(boolean on) {
    node.pause(on);
    if (life != null) {
      life.tasks.pause(on);
    }
  }

  /** Its directory is emptied: a process that starts then is another node. */
  void wipe() {
    crash();
    node.wipe();
    cluster.nodes.remove(node.id);
    identity = new InMemoryIdentity(cluster.random.nextLong());
    node = newNode();
  }

  @Override
  public String toString() {
    ClusterRecord record = record();
    return id
        + (life == null ? " down" : " up")
        + (record == null
            ? ", waiting"
            : (record.removed() ? ", removed, " : ", knows ")
                + record.newest().members().stream()
                    .map(m -> m.node() + (m.voter() ? "" : "?"))
                    .toList());
  }
}
