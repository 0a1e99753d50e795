package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.Random;

/**
 * What happens to a simulated cluster: one fault after the other, of the kinds that its mix has,
 * until it is calm.
 */
final class SimFaults {

  private final FaultMix mix;
  private final SimCluster cluster;
  private final SimNetwork network;
  private final ElectionFaults elections;
  private final MemberFaults members;
  private final ChangeFaults changes;
  private final SnapshotFaults snapshots;
  private final Random random;
  private final long every;

  /** None yet. */
  SimFaults(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
    elections = new ElectionFaults(cluster, network);
    members = new MemberFaults(cluster, network);
    changes = new ChangeFaults(cluster, network);
    snapshots = new SnapshotFaults(cluster, network);
    mix = cluster.settings.mix();
    every = cluster.settings.faultsEvery();
  }

  /** How many disks have been wiped. */
  long wiped() {
    return members.wiped;
  }

  /** The next fault, and others after it. */
  void next() {
    if (cluster.calm()) {
      return;
    }
    SimNode n = random.nextBoolean() ? cluster.leaderOr(cluster.pick()) : cluster.pick();
    happen(mix.next(random), n);
    cluster.after(random.nextLong(every), this::next);
  }

  private void happen(SimFault fault, SimNode n) {
    switch (fault) {
      case CRASH -> cluster.crashIfUp(n);
      case CRASH_ALL -> cluster.nodes.values().forEach(x -> cluster.crashIfUp(x));
      case PAUSE -> {
        n.pause(true);
        cluster.after(random.nextLong(1000 * MILLI), () -> n.pause(false));
      }
      case STUCK_DISK -> n.stick(random.nextLong(1000 * MILLI));
      case HUNG_SYNC -> n.hangSyncs(random.nextLong(2000 * MILLI));
      case SLOW_DISK -> n.slowDisk(random.nextLong(8000 * MILLI));
      case ISOLATE -> network.isolate(n, random.nextInt(3));
      case HALVES -> network.halves();
      case MEND -> network.mend();
      case BREAK_CONNECTIONS -> network.wire.breakConnections(n.id);
      case CHOKE -> network.wire.choke(n.id, cluster.pick().id, random.nextLong(1500 * MILLI));
      case CUT_LINK -> network.cut(cluster.pick().id, cluster.pick().id);
      case JOIN -> cluster.join();
      case REMOVE -> {
        if (cluster.nodes.size() > 1) {
          cluster.removeEverywhere(cluster.pick().id.id());
        }
      }
      case HAND_OVER -> n.requests.handOver("");
      case POWER_LOSS -> n.losePowerAfter(random.nextInt(10));
      case WIPE -> members.wipe(n);
      case ROT -> members.rot(n);
      case NEARLY_FULL -> nearlyFull(n);
      case MINORITY -> elections.minority();
      case STORMY_ELECTION -> elections.stormyElection();
      case YOUNG_LEADERS_DIE -> elections.youngLeadersDie();
      case OTHER_MAJORITY -> elections.otherMajority();
      case LEADER_OF_ONE -> elections.leaderOfOne();
      case FIGURE_EIGHT -> elections.figureEight();
      case LEADS_TWICE -> elections.leadsTwice();
      case RIVALS -> elections.rivals();
      case BUG_OF_2015 -> changes.bugOf2015();
      case UNCOMMITTED_REMOVAL -> changes.uncommittedRemoval();
      case LEADER_REMOVES_ITSELF -> changes.leaderRemovesItself();
      case TRANSFER_DURING_CHANGE -> changes.transferDuringChange();
      case HASTY_CHANGES -> members.hastyChanges();
      case ONLY_A_LEARNER_IS_REACHED -> members.onlyALearnerIsReached();
      case POWER_LOSS_BEHIND_A_SNAPSHOT -> snapshots.powerLoss();
      case SNAPSHOT_SENT_AGAIN -> snapshots.sentAgain();
    }
  }

  /** There is room, and there is none, several times in a row. */
  private void nearlyFull(SimNode n) {
    for (int i = 0; i < 8; i++) {
      boolean full = i % 2 == 0;
      cluster.after(
          (1 + i) * random.nextLong(60 * MILLI), () -> n.nearlyFull(full && !cluster.calm()));
    }
    cluster.after(500 * MILLI, () -> n.nearlyFull(false));
  }
}
