package hraftd.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all that a node keeps. While it is open no other process can open it.
 *
 * <p>Each of the small files has a checksum ({@link CheckedText}, {@link RecordFile}).
 *
 * <ul>
 *   <li>{@code format}: the version of this layout, a number
 *   <li>{@code lock}: held by the running process
 *   <li>{@code incarnation}: 16 hexadecimal digits, made once
 *   <li>{@code engine}: whose files {@code raft/} holds; absent before setup
 *   <li>{@code cluster.json}: the {@link ClusterRecord}; absent before setup
 *   <li>{@code raft/}: the log and snapshots, the business of consensus
 *   <li>{@code tmp/}: emptied at the start
 *   <li>{@code recover/}, {@code recover.new/}: see {@link Recovery}
 * </ul>
 */
public final class DataDirectory implements Identity {

  /**
   * The layout that this program writes, and the newest that it reads. The number goes up when
   * files in it may be such that the version before would take them for damaged: it refuses the
   * directory instead, and says why. There is no format 3: one flipped bit would make it of 2.
   */
  static final int FORMAT = 4;

  /** All that it reads. */
  static final Set<Integer> FORMATS = Set.of(1, 2, FORMAT);

  static final String LOCK_FILE = "lock";
  static final String FORMAT_FILE = "format";
  static final String INCARNATION_FILE = "incarnation";
  static final String ENGINE_FILE = "engine";
  static final String RECORD_FILE = "cluster.json";
  static final String CONSENSUS_FILES = "raft";

  /** The directory cannot be used; the message says why, for the operator. */
  public static class Unusable extends Exception {
    Unusable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** It cannot be used now, and perhaps later: held, not there, or not to be written. */
  public static final class Unavailable extends Unusable {
    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A file in it is not what was written; the message says which, and what to do. */
  public static final class Damaged extends Unusable {
    private final String what;

    private Damaged(Path file, String what, @Nullable Throwable cause) {
      super(
          file
              + " is damaged: "
              + what
              + ". Nothing was changed. If a majority of the other members is well: remove this"
              + " node from the cluster, empty its directory, and let it join anew. If nobody else"
              + " is left: "
              + SmallFiles.lastResort(file),
          cause);
      this.what = what;
    }

    static Damaged in(Path file, String what) {
      return new Damaged(file, what, null);
    }

    static Damaged in(Path file, String what, @Nullable Throwable cause) {
      return new Damaged(file, what, cause);
    }

    /** What is wrong, without what to do about it. */
    String what() {
      return what;
    }
  }

  private final Path directory;
  private final String engine;
  private final FileChannel lockFile;
  private final long incarnation;
  private volatile @Nullable ClusterRecord record;

  private DataDirectory(
      Path directory,
      String engine,
      FileChannel lockFile,
      long incarnation,
      @Nullable ClusterRecord record) {
    this.directory = directory;
    this.engine = engine;
    this.lockFile = lockFile;
    this.incarnation = incarnation;
    this.record = record;
  }

  /**
   * Makes the directory if it is not there, locks it and reads it.
   *
   * @param engine the name of the engine that is to use it
   * @throws Unusable if it cannot be written, is held by another process, was written by a newer
   *     format, belongs to another engine, or is damaged; nothing in it was changed. {@link
   *     Unavailable} if that may pass
   */
  public static DataDirectory open(Path directory, String engine) throws Unusable {
    try {
      DurableFile.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new Unusable(directory + " is not a directory", e);
    } catch (IOException e) {
      refuseBelowAFile(directory);
      throw new Unavailable("cannot make the data directory " + directory + ": " + reason(e), e);
    }
    FileChannel lockFile = lock(directory);
    try {
      Recovery.refuseInterrupted(directory);
      SmallFiles.checkFormat(directory);
      checkEngine(directory, engine);
      long incarnation = SmallFiles.incarnation(directory);
      DataDirectory opened =
          new DataDirectory(
              directory, engine, lockFile, incarnation, SmallFiles.record(directory, incarnation));
      if (SmallFiles.readFormat(directory) < FORMAT) {
        // Before anything is written that an older version cannot read.
        SmallFiles.writeFormat(directory);
      }
      Files.createDirectories(opened.raftDirectory());
      empty(opened.temporaryDirectory());
      Recovery.discardUnfinished(directory);
      DurableFile.syncDirectory(directory);
      return opened;
    } catch (IOException e) {
      release(lockFile);
      throw new Unavailable("cannot use the data directory " + directory + ": " + reason(e), e);
    } catch (Unusable e) {
      release(lockFile);
      throw e;
    }
  }

  private static void refuseBelowAFile(Path directory) throws Unusable {
    for (Path above = directory.toAbsolutePath(); above != null; above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        throw new Unusable(
            "cannot make the data directory " + directory + ": " + above + " is not a directory",
            null);
      }
    }
  }

  /**
   * The same.
   *
   * @param founds true for a node that founds a cluster if it is a member of none
   * @throws Unusable also if it founded one before, of which nothing is left: see {@link
   *     FoundingMark}
   */
  public static DataDirectory open(Path directory, String engine, boolean founds) throws Unusable {
    DataDirectory opened = open(directory, engine);
    try {
      if (founds && opened.load() == null) {
        new FoundingMark(directory).refuseAnother();
      }
      return opened;
    } catch (Unusable e) {
      opened.close();
      throw e;
    }
  }

  private static void empty(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (DirectoryStream<Path> leftOver = Files.newDirectoryStream(directory)) {
      for (Path file : leftOver) {
        Files.delete(file);
      }
    }
  }

  static FileChannel lock(Path directory) throws Unusable {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new Unavailable(
          "the data directory " + directory + " cannot be written: " + reason(e), e);
    }
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: said below.
    } catch (IOException e) {
      release(channel);
      throw new Unavailable("cannot lock the data directory " + directory + ": " + reason(e), e);
    }
    release(channel);
    throw new Unavailable(
        "the data directory " + directory + " is held by another running hraftd", null);
  }

  private static void checkEngine(Path directory, String engine) throws IOException, Unusable {
    String owner = SmallFiles.engine(directory);
    if (owner != null && !owner.equals(engine)) {
      throw new Unusable(
          "the data directory "
              + directory
              + " belongs to -engine "
              + owner
              + ", this node runs -engine "
              + engine
              + ": start it with the other, or in an empty directory",
          null);
    }
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public Path raftDirectory() {
    return directory.resolve(CONSENSUS_FILES);
  }

  @Override
  public Path temporaryDirectory() {
    return directory.resolve("tmp");
  }

  @Override
  public void markEngine() throws IOException {
    Path file = directory.resolve(ENGINE_FILE);
    if (!Files.exists(file)) {
      CheckedText.write(file, engine);
    }
  }

  @Override
  public void markFounding() throws IOException {
    ClusterRecord founded = record;
    if (founded != null) {
      new FoundingMark(directory).leave(founded);
    }
  }

  @Override
  public @Nullable ClusterRecord load() {
    return record;
  }

  @Override
  public synchronized void save(ClusterRecord newRecord) {
    try {
      RecordFile.write(directory.resolve(RECORD_FILE), newRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    record = newRecord;
  }

  @Override
  public synchronized List<String> scrub() throws IOException {
    SmallFileScrub scrub = new SmallFileScrub();
    scrub.format(directory);
    scrub.word(directory.resolve(INCARNATION_FILE), ClusterJson.hex(incarnation));
    Path owner = directory.resolve(ENGINE_FILE);
    if (Files.exists(owner)) {
      scrub.word(owner, engine);
    }
    ClusterRecord saved = record;
    if (saved != null) {
      scrub.record(directory.resolve(RECORD_FILE), saved);
    }
    return scrub.damaged();
  }

  /** Lets other processes open the directory. */
  @Override
  public void close() {
    release(lockFile);
  }

  static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock is gone with the process at the latest.
    }
  }

  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getMessage() + " is not a directory";
    }
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + " does not exist";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
