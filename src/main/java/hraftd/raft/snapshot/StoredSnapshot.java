package hraftd.raft.snapshot;

import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest whole snapshot in a directory that no process uses, read and checked without changing
 * anything. One thread uses it.
 */
public final class StoredSnapshot implements Closeable {

  private final SnapshotFile file;

  private StoredSnapshot(SnapshotFile file) {
    this.file = file;
  }

  /**
   * Finds and checks it.
   *
   * @param dispensable whether the log holds all that the snapshot of this index does: then a
   *     damaged one is passed over
   * @param passedOver gets the damage of those
   * @return null if there is none
   * @throws StoreDamagedException if the newest one is damaged and needed
   */
  public static @Nullable StoredSnapshot newest(
      Disk disk, Path directory, LongPredicate dispensable, List<StoreDamagedException> passedOver)
      throws IOException {
    for (String name : SnapshotFiles.names(disk, directory)) {
      try {
        return new StoredSnapshot(SnapshotFile.open(disk, directory.resolve(name)));
      } catch (StoreDamagedException e) {
        if (!dispensable.test(SnapshotFiles.index(name))) {
          throw e;
        }
        passedOver.add(e);
      }
    }
    return null;
  }

  /** Where it is. */
  public Path path() {
    return file.path();
  }

  /** What it is a snapshot of. */
  public SnapshotStore.Meta meta() {
    return file.meta();
  }

  /** Its content from the beginning; closing the stream closes this. */
  public InputStream content() {
    return file.content();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
