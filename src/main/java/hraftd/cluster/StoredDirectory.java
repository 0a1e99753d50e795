package hraftd.cluster;

import hraftd.raft.Membership;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data directory as it lies on the disk, read without changing anything.
 *
 * @param path where it is
 * @param engine the name of the engine whose files it holds; null if it holds none
 * @param record which cluster, and who in it; null if it belongs to none, or that is lost
 */
public record StoredDirectory(Path path, @Nullable String engine, @Nullable ClusterRecord record) {

  /**
   * Reads it.
   *
   * @throws DataDirectory.Damaged if a file in it is not what was written
   * @throws DataDirectory.Unusable if it is no data directory, of a newer format, or a recovery was
   *     interrupted in it
   */
  public static StoredDirectory read(Path directory) throws DataDirectory.Unusable {
    if (!Files.isDirectory(directory)) {
      throw new DataDirectory.Unusable(directory + " is not a directory", null);
    }
    if (!Files.exists(directory.resolve(DataDirectory.FORMAT_FILE))) {
      throw new DataDirectory.Unusable(
          directory + " is no data directory of hraftd: it has no file 'format'", null);
    }
    try {
      Recovery.refuseInterrupted(directory);
      SmallFiles.readFormat(directory);
      String engine = SmallFiles.engine(directory);
      ClusterRecord record = null;
      if (Files.exists(directory.resolve(DataDirectory.RECORD_FILE))) {
        long incarnation = SmallFiles.incarnation(directory);
        record = SmallFiles.record(directory, incarnation);
      }
      return new StoredDirectory(directory, engine, record);
    } catch (IOException e) {
      throw new DataDirectory.Unusable(
          "cannot read the data directory " + directory + ": " + DataDirectory.reason(e), e);
    }
  }

  /**
   * True if a node runs in this directory now. It is not kept from starting later.
   *
   * @throws IOException if that cannot be found out
   */
  public static boolean isInUse(Path directory) throws IOException {
    Path lock = directory.resolve(DataDirectory.LOCK_FILE);
    if (!Files.exists(lock)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ)) {
      @Nullable FileLock free = channel.tryLock(0, Long.MAX_VALUE, /* shared= */ true);
      return free == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /**
   * True if it has never belonged to a cluster: no mark, no record, no files of consensus.
   *
   * @throws IOException if it cannot be read
   */
  public boolean isNew() throws IOException {
    if (engine != null || record != null) {
      return false;
    }
    if (!Files.isDirectory(raftDirectory())) {
      return true;
    }
    try (Stream<Path> files = Files.list(raftDirectory())) {
      return files.findAny().isEmpty();
    }
  }

  /** What holds where no entry of the log says otherwise; nobody, if that is lost. */
  public Membership initial() {
    return record == null ? Membership.EMPTY : record.initial();
  }

  /** Where consensus has its files. */
  public Path raftDirectory() {
    return path.resolve(DataDirectory.CONSENSUS_FILES);
  }
}
