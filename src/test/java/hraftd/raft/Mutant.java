package hraftd.raft;

import java.util.random.RandomGenerator;

/** What a simulation runs: the real Raft, or one with a deliberate fault that it has to find. */
class Mutant {

  static final Timing TIMING =
      new Timing(/* election= */ 200 * SimCluster.MILLI, /* heartbeat= */ 25 * SimCluster.MILLI);

  Raft raft(
      NodeId id,
      Membership initial,
      long origin,
      SimLog log,
      SimStores stores,
      RaftHost host,
      RandomGenerator random) {
    return new Raft(id, initial, origin, TIMING, log, stores, stores, host, random);
  }

  /**
   * False where a crash may lose what was not synced; only ever true to shrink a failure by hand.
   */
  boolean keepsUnsynced() {
    return false;
  }
}
