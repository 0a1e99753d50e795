package hraftd.raft.core;

/**
 * What a node knows of its own disk: whether there is room, and how long the fsyncs of the log
 * take; and when it last let another node lead for that. Owned by the Raft thread.
 */
final class OwnDisk {

  /** An average counts the last few of them. */
  private static final int MEMORY = 8;

  /** What was measured so long ago says nothing of now. */
  private static final long MAX_AGE_NANOS = 5_000_000_000L;

  /** So seldom a node gives way: else two with such disks would hand the lead to and fro. */
  private static final long MIN_NANOS_BETWEEN_GIVING_WAY = 60_000_000_000L;

  private final Raft raft;

  /** The fsync under way, if there is one: for which entry it was asked, and when. */
  private boolean syncing;

  private long syncsThrough;
  private long askedAt;

  private boolean measured;
  private long average;
  private long measuredAt;

  private boolean gaveWay;
  private long gaveWayAt;

  OwnDisk(Raft raft) {
    this.raft = raft;
  }

  boolean nearlyFull() {
    return raft.log.nearlyFull();
  }

  /** Asks for all that was appended to become durable. */
  void sync() {
    RaftLog log = raft.log;
    // Time in which the thread did not look is not the disk's.
    long now = raft.host.listenedNanos();
    if (syncing && log.syncedIndex() >= Math.min(syncsThrough, log.lastIndex())) {
      syncing = false;
      long took = now - askedAt;
      average = isMeasured(now) ? average + (took - average) / MEMORY : took;
      measured = true;
      measuredAt = now;
    }
    if (log.syncedIndex() < log.lastIndex()) {
      if (!syncing) {
        syncing = true;
        syncsThrough = log.lastIndex();
        askedAt = now;
      }
      log.sync();
    }
  }

  private boolean isMeasured(long now) {
    return measured && now - measuredAt < MAX_AGE_NANOS;
  }

  /**
   * How long an fsync takes at the moment, in nanoseconds; one that does not end counts as long as
   * it has lasted. 0 if there was none lately.
   */
  long syncNanos() {
    long now = raft.host.listenedNanos();
    long past = isMeasured(now) ? average : 0;
    return syncing ? Math.max(past, now - askedAt) : past;
  }

  /** True unless it has let another lead a moment ago. */
  boolean mayGiveWay() {
    return !gaveWay || raft.host.listenedNanos() - gaveWayAt >= MIN_NANOS_BETWEEN_GIVING_WAY;
  }

  void givesWay() {
    gaveWay = true;
    gaveWayAt = raft.host.listenedNanos();
  }
}
