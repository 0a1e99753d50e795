package hraftd.raft.core;

import java.util.function.LongConsumer;

/**
 * Measures how long one peer takes to answer: from the first message of a round to the first answer
 * that confirms it. Owned by the Raft thread.
 */
final class RoundTrip {

  /** Often enough to see a network change, and little beside the heartbeats. */
  private static final long INTERVAL_NANOS = 1_000_000_000L;

  private final LongConsumer told;

  /** The newest round that was sent: a message of an older one is not the first of its round. */
  private long newest;

  /** The round whose answer is awaited; 0: none. */
  private long awaited;

  private long sentAt;

  /**
   * Has measured nothing yet, so that it {@link #isDue} at once.
   *
   * @param told what was measured, in nanoseconds
   */
  RoundTrip(LongConsumer told, long now) {
    this.told = told;
    sentAt = now - INTERVAL_NANOS;
  }

  /** True if nothing was measured lately, nor is. */
  boolean isDue(long now) {
    return awaited == 0 && now - sentAt >= INTERVAL_NANOS;
  }

  /** A message of this round goes out. */
  void sent(long round, long now) {
    if (round > newest) {
      newest = round;
      if (awaited == 0) {
        awaited = round;
        sentAt = now;
      }
    }
  }

  /** What was sent is lost: its answer will not come. */
  void lost() {
    awaited = 0;
  }

  /** An answer has come that confirms this round. */
  void answered(long round, long now) {
    if (awaited != 0 && round >= awaited) {
      awaited = 0;
      told.accept(now - sentAt);
    }
  }
}
