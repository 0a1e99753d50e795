package hraftd.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;

/**
 * Measures how long a leader's entries take from its log to their quorum. Entries that were written
 * together are measured once. Owned by the Raft thread.
 */
final class CommitTimes {

  /** With as many batches under way the next ones are not measured; usual are a few. */
  private static final int MAX_BATCHES = 1024;

  private record Batch(long lastIndex, long writtenAt) {}

  private final LongConsumer told;
  private final Deque<Batch> underWay = new ArrayDeque<>();

  /**
   * None is under way yet.
   *
   * @param told what was measured, in nanoseconds
   */
  CommitTimes(LongConsumer told) {
    this.told = told;
  }

  /** The entries up to this one were written now. */
  void written(long lastIndex, long now) {
    if (underWay.size() < MAX_BATCHES) {
      underWay.add(new Batch(lastIndex, now));
    }
  }

  /** The entries up to this one are committed. */
  void committed(long index, long now) {
    while (!underWay.isEmpty() && underWay.peek().lastIndex <= index) {
      told.accept(now - underWay.remove().writtenAt);
    }
  }
}
