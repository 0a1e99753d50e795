package hraftd.raft.node;

import hraftd.raft.RaftStatus;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what this node waits for, from time to time, and that it was removed; at debug
 * each of its roles. Who leads is said above, for any engine. Owned by the loop's thread.
 */
final class StatusLog {

  private static final Logger log = LoggerFactory.getLogger(StatusLog.class);

  /** How long something lasts before it is said. */
  private static final long FIRST_NANOS = 1_000_000_000L;

  /** How often it is said again. */
  private static final long REPEAT_NANOS = 10_000_000_000L;

  private long activityAt;
  private long pause = FIRST_NANOS;

  /** Nothing was said before this moment. */
  StatusLog(long now) {
    activityAt = now;
  }

  /** The status has become another one, or has the same to say for a while. */
  void changed(RaftStatus before, RaftStatus status, long now) {
    boolean leaderChanged = !Objects.equals(before.leader(), status.leader());
    if (before.role() != status.role() || (leaderChanged && status.leader() != null)) {
      log.debug(
          "{} in term {}, leader {}",
          status.role(),
          status.term(),
          status.leader() == null ? "unknown" : status.leader().id());
    }
    if (isRemoved(status) && !isRemoved(before)) {
      log.warn("this node was removed from the cluster; it serves no more");
    }
    if (status.activity().isEmpty()) {
      activityAt = now;
      pause = FIRST_NANOS;
    } else if (now - activityAt >= pause) {
      activityAt = now;
      pause = REPEAT_NANOS;
      log.info("{}", status.activity());
    }
  }

  private static boolean isRemoved(RaftStatus status) {
    return status.role() == RaftStatus.Role.REMOVED;
  }
}
