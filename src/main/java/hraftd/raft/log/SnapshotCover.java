package hraftd.raft.log;

import java.io.IOException;

/** Up to which entry the newest whole snapshot beside a log has everything. */
@FunctionalInterface
public interface SnapshotCover {
  /** For a log without one. */
  SnapshotCover NONE = () -> 0;

  /** The entry's index, or 0; only asked when something of the log is damaged. */
  long index() throws IOException;
}
