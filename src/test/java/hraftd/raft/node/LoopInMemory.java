package hraftd.raft.node;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Raft;
import hraftd.raft.core.Timing;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.time.Duration;
import java.util.Random;

/**
 * A loop that has begun, of a member that keeps everything in memory, and its Raft.
 *
 * @param loop nobody has called it yet
 * @param raft as its loop has it
 */
record LoopInMemory(RaftLoop loop, Raft raft) {

  private static final long MILLI = 1_000_000;
  private static final Timing TIMING =
      new Timing(/* election= */ 600 * MILLI, /* heartbeat= */ 60 * MILLI);
  private static final Duration NEVER = Duration.ofDays(1);

  /** Takes a snapshot after so many bytes, and for no other reason. */
  static SnapshotPace snapshotAfter(long bytes) {
    return new SnapshotPace(bytes, NEVER, NEVER, NEVER, /* keepEntries= */ 1, /* keepBytes= */ 0);
  }

  /**
   * Begins one.
   *
   * @param seed of its chance
   */
  static LoopInMemory start(
      Surroundings around,
      InFlight inFlight,
      NodeId self,
      Membership members,
      SnapshotPace pace,
      long seed) {
    MemorySnapshots snapshots = new MemorySnapshots();
    RaftLoop loop =
        new RaftLoop(
            around,
            inFlight,
            new KvState(ChangeListener.NONE),
            snapshots,
            pace,
            StatusBoard.starting(self, members));
    Raft raft =
        loop.start(
            host ->
                new Raft(
                    self,
                    members,
                    /* origin= */ seed,
                    TIMING,
                    new MemoryLog(() -> {}),
                    new MemoryTermStore(),
                    snapshots,
                    host,
                    new Random(seed)));
    return new LoopInMemory(loop, raft);
  }
}
