package hraftd.events;

import java.util.concurrent.atomic.LongAdder;

/** What clients do, counted for the pictures. Thread-safe and cheap. */
public final class Traffic {

  private final RecentTimes writes = new RecentTimes();
  private final LongAdder reads = new LongAdder();
  private final LongAdder stale = new LongAdder();

  /** A write has its outcome, so many nanoseconds after it was proposed. */
  public void wrote(long nanos) {
    writes.add(nanos);
  }

  /** Somebody reads what is newest. */
  public void read() {
    reads.increment();
  }

  /** Somebody reads what there is here. */
  public void readStale() {
    stale.increment();
  }

  /** How long writes took. */
  public RecentTimes writes() {
    return writes;
  }

  /** How many reads of the newest there were. */
  public long reads() {
    return reads.sum();
  }

  /** How many of what there is here. */
  public long stale() {
    return stale.sum();
  }
}
