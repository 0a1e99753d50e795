package hraftd.raft.node;

import hraftd.raft.core.Raft;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.log.SealedSegment;
import java.util.List;

/**
 * Puts in order what has rotted in the stores, out of what is in memory: all that is committed has
 * gone into the state, so that a snapshot of it replaces any damaged entry. Belongs to the Raft
 * thread.
 */
final class Mending {

  private final Raft raft;
  private final Stores stores;
  private final Snapshotter snapshotter;

  /** Of the stores that this Raft runs on. */
  Mending(Raft raft, Stores stores, Snapshotter snapshotter) {
    this.raft = raft;
    this.stores = stores;
    this.snapshotter = snapshotter;
  }

  /** What of the log can be checked now. */
  List<SealedSegment> sealed() {
    return stores.sealed(raft.commitIndex());
  }

  /**
   * Drops a damaged segment behind a snapshot: behind the newest one, or one that is taken at once.
   *
   * @return false if the log has dropped it already: then what was read was perhaps another one
   */
  boolean drop(SealedSegment segment) {
    if (raft.log.firstIndex() > segment.lastIndex()) {
      return false;
    }
    SnapshotStore.Meta snapshot = raft.snapshots.latest();
    if (snapshot != null && snapshot.index() >= segment.lastIndex()) {
      raft.snapshotTaken(snapshot, segment.lastIndex());
    } else {
      snapshotter.demand();
    }
    return true;
  }

  /**
   * Writes the small files of the stores anew that do not say twice what is in memory. They are
   * read here, as they may be written at any other moment.
   *
   * @param disk which does not let the Raft thread wait
   * @return what was wrong with each that was
   */
  List<String> smallFiles(Disk disk) {
    return stores.mendSmallFiles(disk);
  }
}
