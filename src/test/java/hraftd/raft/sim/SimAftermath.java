package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.Collection;

/**
 * What is demanded of a cluster once all faults are over: a leader soon, service, and that nobody
 * stays behind. What had piled up until then may take its time, as long as it gets less.
 */
final class SimAftermath {

  /** How often it may take the usual time. */
  private static final int BACKLOG_ROUNDS = 4;

  private static final long SERVICE = 4000 * MILLI;
  private static final long COPY = 1000 * MILLI;

  private final SimCluster cluster;
  private final Collection<SimNode> nodes;

  SimAftermath(SimCluster cluster) {
    this.cluster = cluster;
    nodes = cluster.nodes.values();
  }

  /**
   * Lets the cluster go on until all is as it has to be.
   *
   * @throws SimCluster.Stuck if it does not get there
   */
  void await() {
    awaitLeader();
    awaitService();
    long applied = nodes.stream().filter(cluster::member).mapToLong(this::applied).max().orElse(0);
    cluster.passNanos(COPY);
    for (SimNode node : nodes) {
      if (cluster.member(node)) {
        awaitCopy(node, applied);
      }
    }
  }

  private void awaitLeader() {
    long healed = cluster.now();
    while (nodes.stream().noneMatch(n -> n.up() && n.raft().leads() && cluster.member(n))) {
      long waited = cluster.now() - healed;
      SimLiveness.check(
          waited <= SimLiveness.LEADERLESS || cluster.liveness.isExcused(),
          "no leader %d ms after the last fault",
          waited / MILLI);
      cluster.passNanos(MILLI);
    }
  }

  /** Behind a backlog writes take longer than their clients wait: it is committed first. */
  private void awaitService() {
    long acknowledged = cluster.invariants.acknowledged;
    long reads = cluster.invariants.readsServed;
    long backlog = Long.MAX_VALUE;
    for (int i = 0; i < BACKLOG_ROUNDS && backlog() < backlog; i++) {
      backlog = backlog();
      cluster.passNanos(SERVICE);
      if (cluster.invariants.acknowledged > acknowledged
          && cluster.invariants.readsServed > reads) {
        return;
      }
    }
    throw new SimCluster.Stuck("after all faults have ended the cluster does not serve");
  }

  /** How many entries a leader has that are not committed; without one there is no end of them. */
  private long backlog() {
    return nodes.stream()
        .filter(n -> n.up() && n.raft().leads())
        .mapToLong(n -> n.raft().log.lastIndex() - n.raft().commitIndex())
        .max()
        .orElse(Long.MAX_VALUE);
  }

  /** A learner that joined behind a long log may get it an entry at a time. */
  private void awaitCopy(SimNode node, long applied) {
    long before = -1;
    for (int i = 0; i < BACKLOG_ROUNDS && applied(node) > before; i++) {
      if (applied(node) >= applied) {
        return;
      }
      before = applied(node);
      cluster.passNanos(SERVICE);
    }
    if (cluster.member(node) && applied(node) < applied) {
      throw new SimCluster.Stuck(node + " stays behind " + applied);
    }
  }

  private long applied(SimNode node) {
    return node.raft().appliedIndex();
  }
}
