package hraftd.raft.log;

import java.io.IOException;

/** Up to which entry the newest whole snapshot beside a log has everything. */
@FunctionalInterface
public interface SnapshotCover {
  /** For a log without one. */
  SnapshotCover NONE = () -> 0;

  /**
   * The entry's index, or 0; only asked when something of the log is damaged, as the whole snapshot
   * may have to be read for it.
   */
  long index() throws IOException;

  /** The same, asked once at most; for one thread. */
  default SnapshotCover remembered() {
    SnapshotCover asked = this;
    return new SnapshotCover() {
      private long index = -1;

      @Override
      public long index() throws IOException {
        if (index < 0) {
          index = asked.index();
        }
        return index;
      }
    };
  }
}
