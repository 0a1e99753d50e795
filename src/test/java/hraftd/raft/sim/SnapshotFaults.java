package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.Set;
import java.util.function.BiConsumer;

/** Faults while a follower that has fallen behind gets a snapshot. */
final class SnapshotFaults {

  private final SimCluster cluster;
  private final SimNetwork network;

  SnapshotFaults(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
  }

  /** The follower's power fails when it has got it. */
  void powerLoss() {
    needsSnapshot((leader, behind) -> behind.losePowerBehindSnapshot());
  }

  /**
   * All that the leader sends arrives once more, in the same order, when it has long had effect.
   */
  void sentAgain() {
    needsSnapshot(
        (leader, behind) ->
            network.copyThen(
                leader.id, () -> network.copies().forEach(m -> network.deliver(m, MILLI))));
  }

  /**
   * A follower is cut off until it needs the leader's snapshot; then something happens while it
   * gets that.
   */
  private void needsSnapshot(BiConsumer<SimNode, SimNode> whatHappens) {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    SimNode behind = cluster.pick();
    if (behind != leader) {
      network.separate(Set.of(behind.id));
      awaitCompaction(
          200,
          leader,
          behind,
          () -> {
            whatHappens.accept(leader, behind);
            network.mend();
          });
    }
  }

  private void awaitCompaction(int tries, SimNode leader, SimNode behind, Runnable then) {
    boolean possible = leader.up() && behind.up() && !cluster.calm();
    if (possible && leader.raft().log.firstIndex() > behind.raft().log.lastIndex() + 1) {
      then.run();
    } else if (possible && tries > 0) {
      cluster.after(10 * MILLI, () -> awaitCompaction(tries - 1, leader, behind, then));
    }
  }
}
