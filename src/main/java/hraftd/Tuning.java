package hraftd;

import hraftd.raft.HostPort;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.security.WatchedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of consensus that nobody has to know to run a node. Each can be set by a system
 * property ({@code -Dhraftd.electionMillis=1000}), for tests and for unusual networks and disks.
 *
 * @param electionTimeout see {@link RaftSettings}
 * @param heartbeat see {@link RaftSettings}
 * @param snapshotBytes see {@link RaftSettings}
 * @param snapshotInterval see {@link RaftSettings}
 * @param diskReserve see {@link RaftSettings}
 * @param segmentBytes see {@link RaftSettings}
 * @param keepEntries see {@link RaftSettings}
 * @param compareInterval how often the copies of all members are compared, if anything has changed
 * @param scrub see {@link RaftSettings}
 * @param filesInterval how often the files that say who is let in are looked at
 * @param front whether the data plane is answered before Javalin; {@code -Dhraftd.front=off} not
 * @param heapPercent how much of the heap data may take, see {@link HeapQuota}
 */
record Tuning(
    Duration electionTimeout,
    Duration heartbeat,
    long snapshotBytes,
    Duration snapshotInterval,
    long diskReserve,
    long segmentBytes,
    long keepEntries,
    Duration compareInterval,
    Duration scrub,
    Duration filesInterval,
    boolean front,
    int heapPercent) {

  /** Longer than a garbage collection, short enough for a frozen leader to be replaced in 2 s. */
  private static final long ELECTION_MILLIS = 600;

  /** Several may be lost before a follower campaigns. */
  private static final long HEARTBEAT_MILLIS = 60;

  /** Replayed in a few seconds at a restart. */
  private static final long SNAPSHOT_BYTES = 256L << 20;

  /** So that a quiet node's log does not stay long for ever. */
  private static final long SNAPSHOT_MILLIS = Duration.ofMinutes(30).toMillis();

  /** Room for a snapshot of a small state and for some segments of the log. */
  private static final long DISK_RESERVE_BYTES = 64L << 20;

  /** Large enough that a new segment is rare, small enough to create one in 100 ms. */
  private static final long SEGMENT_BYTES = 16L << 20;

  /** Offsets in a segment are ints, and a start reads it into one array. */
  private static final long MAX_SEGMENT_BYTES = (2L << 30) - (1 << 20);

  /** What a follower misses that is away for a moment costs less than a snapshot. */
  private static final long KEEP_ENTRIES = 10_000;

  /** Three entries a minute while anything is written, and none while nothing is. */
  private static final long COMPARE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** The rest is for requests in flight, and for a collector to work in. */
  private static final int HEAP_PERCENT = 75;

  /** The whole heap: nothing is refused for want of it. */
  static final int NO_QUOTA = 100;

  /**
   * The defaults, but for what system properties say.
   *
   * @param scrub what the command line says of it
   * @throws StartException if one of them cannot be
   */
  static Tuning fromSystemProperties(Duration scrub) throws StartException {
    long segmentBytes = number("hraftd.segmentBytes", SEGMENT_BYTES);
    if (segmentBytes > MAX_SEGMENT_BYTES) {
      throw new StartException(
          StartException.USAGE,
          "-Dhraftd.segmentBytes="
              + segmentBytes
              + ": a file of the log has at most "
              + MAX_SEGMENT_BYTES
              + " bytes");
    }
    return new Tuning(
        Duration.ofMillis(number("hraftd.electionMillis", ELECTION_MILLIS)),
        Duration.ofMillis(number("hraftd.heartbeatMillis", HEARTBEAT_MILLIS)),
        number("hraftd.snapshotBytes", SNAPSHOT_BYTES),
        Duration.ofMillis(number("hraftd.snapshotMillis", SNAPSHOT_MILLIS)),
        number("hraftd.diskReserveBytes", DISK_RESERVE_BYTES),
        segmentBytes,
        number("hraftd.keepEntries", KEEP_ENTRIES),
        Duration.ofMillis(number("hraftd.compareMillis", COMPARE_MILLIS)),
        scrub,
        Duration.ofMillis(number("hraftd.filesMillis", WatchedFiles.INTERVAL.toMillis())),
        !"off".equals(System.getProperty("hraftd.front")),
        (int) Math.min(NO_QUOTA, number("hraftd.heapPercent", HEAP_PERCENT)));
  }

  private static long number(String property, long otherwise) {
    Long given = Long.getLong(property);
    return given == null || given <= 0 ? otherwise : given;
  }

  /** The settings of one node. */
  RaftSettings settings(
      NodeId self,
      String clusterId,
      HostPort bind,
      Membership initial,
      @Nullable Path directory,
      boolean campaign,
      BooleanSupplier memoryFull,
      RaftMeter meter,
      RaftObserver observer) {
    return new RaftSettings(
        self,
        clusterId,
        bind,
        initial,
        directory,
        campaign,
        electionTimeout,
        heartbeat,
        snapshotBytes,
        snapshotInterval,
        diskReserve,
        segmentBytes,
        keepEntries,
        scrub,
        memoryFull,
        meter,
        observer);
  }
}
