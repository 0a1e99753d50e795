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
 * @param keepEntries entries that stay in the log behind one: a follower that lags less needs none
 */
public record SnapshotPace(
    long bytes, Duration interval, Duration retry, Duration maxWaitForSending, long keepEntries) {

  /** As the settings say. */
  static SnapshotPace of(RaftSettings settings) {
    return new SnapshotPace(
        settings.snapshotBytes(),
        settings.snapshotInterval(),
        /* retry= */ Duration.ofSeconds(10),
        /* maxWaitForSending= */ Duration.ofMinutes(1),
        settings.keepEntries());
  }
}
