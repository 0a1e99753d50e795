package hraftd.raft.node;

import hraftd.raft.RaftSettings;
import java.time.Duration;

/**
 * When a node takes snapshots, and what of the log it keeps behind one.
 *
 * @param bytes of log since the last one after which the next one is taken
 * @param interval time after which one is taken if anything was applied since the last
 * @param retry after one that failed (a full disk, most likely) the next try comes this much later
 * @param maxWaitForSending how long one may wait until an older one has been sent; behind that the
 *     disk matters more
 * @param keepEntries entries that stay in the log behind one at most: a follower that lags less
 *     needs none
 * @param keepBytes what these may take, or as much as the snapshot does: behind that it is less to
 *     send
 */
public record SnapshotPace(
    long bytes,
    Duration interval,
    Duration retry,
    Duration maxWaitForSending,
    long keepEntries,
    long keepBytes) {

  /** One file of the log; with those that are kept to become others, a small state takes 100 MB. */
  private static final long KEEP_BYTES = 16L << 20;

  /** As the settings say. */
  static SnapshotPace of(RaftSettings settings) {
    return new SnapshotPace(
        settings.snapshotBytes(),
        settings.snapshotInterval(),
        /* retry= */ Duration.ofSeconds(10),
        /* maxWaitForSending= */ Duration.ofMinutes(1),
        settings.keepEntries(),
        KEEP_BYTES);
  }
}
