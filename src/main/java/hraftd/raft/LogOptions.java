package hraftd.raft;

/**
 * How a {@link DurableLog} uses memory and disk.
 *
 * @param segmentBytes the size of a segment
 * @param cacheBytes bound on the weight of the entries kept in memory
 * @param reserveBytes free space below which the log counts as nearly full
 */
record LogOptions(long segmentBytes, long cacheBytes, long reserveBytes) {
  /** Large enough that a new segment is rare, small enough to create one in 100 ms. */
  static final long SEGMENT_BYTES = 16 << 20;

  /** What a follower that is a few seconds behind needs; more comes from the page cache. */
  static final long CACHE_BYTES = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** The usual sizes, with this reserve. */
  static LogOptions withReserve(long reserveBytes) {
    return new LogOptions(SEGMENT_BYTES, CACHE_BYTES, reserveBytes);
  }
}
