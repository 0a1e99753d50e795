package hraftd.raft.log;

import hraftd.raft.RaftSettings;

/**
 * How a {@link DurableLog} uses memory and disk.
 *
 * @param segmentBytes the size of a segment
 * @param pageBytes what the system caches and the disk writes at least, a power of two
 * @param cacheBytes bound on the weight of the entries kept in memory
 * @param reserveBytes free space below which the log counts as nearly full
 * @param keptSegments how many files of old segments are kept to become new ones
 */
public record LogOptions(
    long segmentBytes, int pageBytes, long cacheBytes, long reserveBytes, int keptSegments) {
  /** What a follower that is a few seconds behind needs; more comes from the page cache. */
  static final long CACHE_BYTES = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16);

  private static final int USUAL_PAGE_BYTES = 4096;

  /** With pages of the usual size. */
  public LogOptions(long segmentBytes, long cacheBytes, long reserveBytes, int keptSegments) {
    this(segmentBytes, USUAL_PAGE_BYTES, cacheBytes, reserveBytes, keptSegments);
  }

  /** Two files of the usual size: the room of a small state is mostly these. */
  private static final long MAX_KEPT_BYTES = 32L << 20;

  /**
   * What these settings ask for, and the usual cache. A snapshot makes files superfluous that are
   * needed until the next one: a few of them are kept, and the others given back.
   */
  public static LogOptions of(RaftSettings settings) {
    long superfluous = settings.snapshotBytes() / settings.segmentBytes() + 1;
    long kept = Math.min(superfluous, MAX_KEPT_BYTES / settings.segmentBytes());
    return new LogOptions(
        settings.segmentBytes(),
        CACHE_BYTES,
        settings.diskReserve(),
        (int) Math.min(kept, Integer.MAX_VALUE));
  }
}
