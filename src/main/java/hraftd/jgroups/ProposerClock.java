package hraftd.jgroups;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The store's clock as one node has it, in milliseconds: it runs with real time from the newest
 * value that was applied. Any node's entries carry it, so the leader's are what the others go by:
 * the first one of a term is taken over even if it is less, else times to live would end too early
 * by what this clock is ahead. Thread-safe.
 */
final class ProposerClock {

  private final LongSupplier nanoTime;
  private long millis;
  private long since;
  private long followedTerm;

  /** A clock at 0. */
  ProposerClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  /** Its value now. */
  synchronized long now() {
    return millis + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - since);
  }

  /**
   * Takes over what an entry says.
   *
   * @param term in which the proposer led, 0 if it did not
   * @param entryMillis the proposer's clock
   */
  synchronized void applied(long term, long entryMillis) {
    boolean newLeader = term > followedTerm;
    if (newLeader) {
      followedTerm = term;
    }
    if (newLeader || entryMillis > now()) {
      millis = entryMillis;
      since = nanoTime.getAsLong();
    }
  }

  /**
   * Takes over the clock of a snapshot that replaces the state, even if it is less: the times to
   * live in it are from a clock that this one may be ahead of.
   */
  synchronized void restored(long stateMillis) {
    millis = stateMillis;
    since = nanoTime.getAsLong();
  }
}
