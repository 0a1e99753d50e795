package hraftd.raft.sim;

import static hraftd.raft.sim.SimFault.BREAK_CONNECTIONS;
import static hraftd.raft.sim.SimFault.BUG_OF_2015;
import static hraftd.raft.sim.SimFault.CHOKE;
import static hraftd.raft.sim.SimFault.CRASH;
import static hraftd.raft.sim.SimFault.CUT_LINK;
import static hraftd.raft.sim.SimFault.FIGURE_EIGHT;
import static hraftd.raft.sim.SimFault.HALVES;
import static hraftd.raft.sim.SimFault.HASTY_CHANGES;
import static hraftd.raft.sim.SimFault.HUNG_SYNC;
import static hraftd.raft.sim.SimFault.ISOLATE;
import static hraftd.raft.sim.SimFault.JOIN;
import static hraftd.raft.sim.SimFault.LEADER_OF_ONE;
import static hraftd.raft.sim.SimFault.LEADER_REMOVES_ITSELF;
import static hraftd.raft.sim.SimFault.LEADS_TWICE;
import static hraftd.raft.sim.SimFault.MEND;
import static hraftd.raft.sim.SimFault.MINORITY;
import static hraftd.raft.sim.SimFault.NEARLY_FULL;
import static hraftd.raft.sim.SimFault.ONLY_A_LEARNER_IS_REACHED;
import static hraftd.raft.sim.SimFault.OTHER_MAJORITY;
import static hraftd.raft.sim.SimFault.PAUSE;
import static hraftd.raft.sim.SimFault.POWER_LOSS;
import static hraftd.raft.sim.SimFault.POWER_LOSS_BEHIND_A_SNAPSHOT;
import static hraftd.raft.sim.SimFault.REMOVE;
import static hraftd.raft.sim.SimFault.RIVALS;
import static hraftd.raft.sim.SimFault.ROT;
import static hraftd.raft.sim.SimFault.SLOW_DISK;
import static hraftd.raft.sim.SimFault.SNAPSHOT_SENT_AGAIN;
import static hraftd.raft.sim.SimFault.STORMY_ELECTION;
import static hraftd.raft.sim.SimFault.STUCK_DISK;
import static hraftd.raft.sim.SimFault.TRANSFER_DURING_CHANGE;
import static hraftd.raft.sim.SimFault.UNCOMMITTED_REMOVAL;
import static hraftd.raft.sim.SimFault.WIPE;
import static hraftd.raft.sim.SimFault.YOUNG_LEADERS_DIE;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Which faults happen in a run: all, or those that put one promise to the test. */
enum FaultMix {
  /**
   * Each as likely as the others, but for crashes, stalls and cuts, which are what happens most,
   * and disks that rot, which have a mix of their own.
   */
  ANY(
      Stream.of(SimFault.values()).filter(fault -> fault != ROT).toList(),
      List.of(CRASH, CRASH, PAUSE, STUCK_DISK, ISOLATE)),
  ELECTIONS(
      CRASH, STORMY_ELECTION, YOUNG_LEADERS_DIE, LEADER_OF_ONE, LEADER_OF_ONE, RIVALS, RIVALS),
  MAJORITIES(ISOLATE, OTHER_MAJORITY, OTHER_MAJORITY, OTHER_MAJORITY),
  STALLS(PAUSE, PAUSE, STUCK_DISK, HUNG_SYNC, SLOW_DISK, ISOLATE, HALVES),

  /** The leader and a majority are left alone. */
  MINORITIES(MINORITY, MINORITY),
  CONNECTIONS(
      BREAK_CONNECTIONS, BREAK_CONNECTIONS, CHOKE, CHOKE, CUT_LINK, ISOLATE, MEND, CRASH, PAUSE),
  OLD_TERMS(FIGURE_EIGHT, FIGURE_EIGHT, FIGURE_EIGHT, YOUNG_LEADERS_DIE),
  OLD_MESSAGES(LEADS_TWICE, LEADS_TWICE, LEADS_TWICE, PAUSE, ISOLATE),
  MEMBERS(HASTY_CHANGES, HASTY_CHANGES, HASTY_CHANGES, JOIN, REMOVE),
  CHANGES(
      BUG_OF_2015,
      BUG_OF_2015,
      UNCOMMITTED_REMOVAL,
      LEADER_REMOVES_ITSELF,
      TRANSFER_DURING_CHANGE,
      JOIN),
  LEARNERS(ONLY_A_LEARNER_IS_REACHED, ONLY_A_LEARNER_IS_REACHED, ONLY_A_LEARNER_IS_REACHED, REMOVE),
  DISKS(POWER_LOSS, POWER_LOSS, NEARLY_FULL, NEARLY_FULL, WIPE, CRASH, PAUSE, STUCK_DISK),
  ROTTEN_DISKS(ROT, ROT, ROT, ROT, CRASH, ISOLATE, HALVES, YOUNG_LEADERS_DIE),
  SNAPSHOTS(
      POWER_LOSS,
      POWER_LOSS,
      CRASH,
      ISOLATE,
      ISOLATE,
      HALVES,
      JOIN,
      REMOVE,
      POWER_LOSS_BEHIND_A_SNAPSHOT,
      SNAPSHOT_SENT_AGAIN);

  private static final List<FaultMix> OF_SEEDS =
      List.of(
          ANY,
          ANY,
          ANY,
          ELECTIONS,
          MAJORITIES,
          STALLS,
          MINORITIES,
          CONNECTIONS,
          OLD_MESSAGES,
          MEMBERS,
          CHANGES,
          DISKS,
          SNAPSHOTS);

  @SuppressWarnings("ImmutableEnumChecker") // Nobody can change these lists.
  private final List<SimFault> faults;

  FaultMix(SimFault... faults) {
    this.faults = List.of(faults);
  }

  FaultMix(List<SimFault> faults, List<SimFault> more) {
    this.faults = Stream.of(faults, more).flatMap(List::stream).toList();
  }

  /** One for the real Raft. */
  static FaultMix any(Random random) {
    return OF_SEEDS.get(random.nextInt(OF_SEEDS.size()));
  }

  /** The next fault. */
  SimFault next(Random random) {
    return faults.get(random.nextInt(faults.size()));
  }
}
