package hraftd.events;

import java.util.Arrays;

/** How long the last of something took, and how often it was done. Thread-safe. */
public final class RecentTimes {

  /** A second of a busy node: a percentile of them is one of now. */
  private static final int KEPT = 512;

  private static final double NANOS_IN_A_MILLI = 1e6;

  private final long[] nanos = new long[KEPT];
  private long count;

  /** One more, which took so many nanoseconds. */
  public synchronized void add(long took) {
    nanos[(int) (count % KEPT)] = took;
    count++;
  }

  /** How many there were. */
  public synchronized long count() {
    return count;
  }

  /**
   * Percentiles of the last ones.
   *
   * @param shares of 1, as 0.99
   * @return in milliseconds, in the order of the shares; NaN if there was none
   */
  public double[] percentiles(double... shares) {
    long[] sorted;
    synchronized (this) {
      sorted = Arrays.copyOf(nanos, (int) Math.min(count, KEPT));
    }
    Arrays.sort(sorted);
    return Arrays.stream(shares)
        .map(
            share ->
                sorted.length == 0
                    ? Double.NaN
                    : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)]
                        / NANOS_IN_A_MILLI)
        .toArray();
  }
}
