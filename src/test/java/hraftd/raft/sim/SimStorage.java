package hraftd.raft.sim;

import hraftd.raft.core.RaftLog;
import hraftd.raft.core.TermStore;
import hraftd.raft.snapshot.WritableSnapshots;

/** What a simulated node keeps when its process ends, or its power. */
interface SimStorage {

  /** What a crash leaves. */
  enum Remains {
    /** What was forced, and whatever chance leaves of the rest. */
    CHANCE,
    /** All that was written, as only the process has ended. */
    WRITTEN,
    /** What was forced, as the power has failed. */
    SYNCED
  }

  /** The log; another object after each {@link #crash}. */
  RaftLog log();

  /** Term and vote, likewise. */
  TermStore terms();

  /** The snapshots, likewise. */
  WritableSnapshots snapshots();

  /** True if an fsync is wanted. */
  boolean syncDue();

  /** An fsync begins; runs when it ends. */
  Runnable sync();

  /** Does what a housekeeper does from time to time. */
  void tick();

  /** There is little room left on the disk, or enough again. */
  void nearlyFull(boolean now);

  /**
   * The power fails after so many more changes.
   *
   * @param changes {@link Integer#MAX_VALUE}: it does not
   */
  void losePowerAfter(int changes);

  /** The power fails soon after the next snapshot that is received has become the newest. */
  void losePowerBehindSnapshot();

  /** True if the power has failed: nothing that the node did since then counts. */
  boolean lost();

  /** The process ends, and the disk loses some of the log that it had. */
  void rot();

  /** The process ends, and perhaps the power with it; what is left is looked through. */
  void crash(Remains what);
}
