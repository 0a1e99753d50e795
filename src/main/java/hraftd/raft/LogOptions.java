package hraftd.raft;

/**
 * How a {@link DurableLog} uses memory and disk.
 *
 * @param segmentBytes the size of a segment
 * @param cacheBytes bound on the weight of the entries kept in memory
 * @param reserveBytes free space below which the log counts as nearly full
 */
record LogOptions(long segmentBytes, long cacheBytes, long reserveBytes) {
  /** What a follower that is a few seconds behind needs; more comes from the page cache. */
  static final long CACHE_BYTES = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** What these settings ask for, and the usual cache. */
  static LogOptions of(RaftSettings settings) {
    return new LogOptions(settings.segmentBytes(), CACHE_BYTES, settings.diskReserve());
  }
}
