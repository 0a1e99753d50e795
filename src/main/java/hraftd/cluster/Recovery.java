package hraftd.cluster;

import hraftd.cluster.DataDirectory.Unusable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts another cluster's record and another log in the place of those of a data directory, in steps
 * of which each can be the last one before a crash. The directory is locked while this is open.
 *
 * <ol>
 *   <li>{@link #prepare}: everything new is written to {@code recover.new/}; when it is durable a
 *       rename makes it {@code recover/}. Until then nothing has happened: the next start, or the
 *       next try, throws {@code recover.new/} away.
 *   <li>{@link #finish}: the small files are copied to the place for what was there before; then
 *       the new {@code cluster.json} takes its place, the old {@code raft/} leaves, the new one
 *       comes, all by renames; at last {@code recover/} goes. A directory with {@code recover/} is
 *       refused by a start; finishing it again does what is left.
 * </ol>
 *
 * The record goes first: with the new one and the old log a program that knows nothing of this
 * could reach nobody, whereas the new log under the old cluster's id would contradict its members.
 */
public final class Recovery implements AutoCloseable {

  private static final String PREPARING = "recover.new";
  private static final String PREPARED = "recover";
  private static final String KEPT = "kept";
  private static final String REPORT = "recover.txt";

  /** Copied: a directory with them and the old log is a data directory. */
  private static final List<String> SMALL_FILES =
      List.of(
          DataDirectory.FORMAT_FILE,
          DataDirectory.INCARNATION_FILE,
          DataDirectory.ENGINE_FILE,
          DataDirectory.RECORD_FILE);

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);

  /** Writes the new log, durably. */
  @FunctionalInterface
  public interface LogWriter {
    /** Writes it to a directory that is not there yet. */
    void writeTo(Path directory) throws IOException;
  }

  private final Path directory;
  private final FileChannel lock;

  private Recovery(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Locks a data directory.
   *
   * @throws Unusable if it is none, or a node runs in it
   */
  public static Recovery open(Path directory) throws Unusable {
    if (!Files.exists(directory.resolve(DataDirectory.FORMAT_FILE))) {
      throw new Unusable(directory + " is no data directory of hraftd", null);
    }
    return new Recovery(directory, DataDirectory.lock(directory));
  }

  /** Refuses a directory in which a recovery has begun to change what was there. */
  static void refuseInterrupted(Path directory) throws Unusable {
    if (Files.exists(directory.resolve(PREPARED))) {
      throw new Unusable(
          "a recover of the data directory "
              + directory
              + " was interrupted: repeat it, and it goes on where it was",
          null);
    }
  }

  /** Throws away what was prepared when nothing has changed yet. */
  static void discardUnfinished(Path directory) throws IOException {
    deleteTree(directory.resolve(PREPARING));
  }

  /** True if everything is prepared, and perhaps some of {@link #finish} was done. */
  public boolean isPrepared() {
    return Files.exists(directory.resolve(PREPARED));
  }

  /** The incarnation of the directory, which is made if there is none and no record. */
  public long incarnation() throws IOException, Unusable {
    return SmallFiles.incarnation(directory);
  }

  /** The record that is prepared, or was. */
  public ClusterRecord preparedRecord() throws IOException, Unusable {
    Path record = directory.resolve(PREPARED).resolve(DataDirectory.RECORD_FILE);
    Path file = Files.exists(record) ? record : directory.resolve(DataDirectory.RECORD_FILE);
    return RecordFile.read(file);
  }

  /**
   * Where what is there now is to be kept: beside the directory, or in it where that would be on
   * another disk or cannot be written, as with a mounted volume.
   */
  public Path placeForOld(Instant now) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    String name = "before-recover-" + DATE.format(now);
    Path parent = absolute.getParent();
    return parent != null && canMoveTo(parent)
        ? parent.resolve(absolute.getFileName() + "." + name)
        : absolute.resolve(name);
  }

  /**
   * Only trying tells: mounts of one disk are no other disk, and yet no rename leads to another.
   */
  private boolean canMoveTo(Path other) throws IOException {
    Path here = Files.createTempFile(directory, "recover", ".tmp");
    Path there = other.resolve(here.getFileName());
    try {
      Files.move(here, there, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      Files.deleteIfExists(here);
      Files.deleteIfExists(there);
    }
  }

  /**
   * Prepares everything, durably before it returns; then only {@link #finish} can follow.
   *
   * @param record the new record
   * @param report what is to be said about it
   * @param kept see {@link #placeForOld}
   * @throws IOException if that failed; nothing has changed
   */
  public void prepare(ClusterRecord record, String report, Path kept, LogWriter log)
      throws IOException {
    if (Files.exists(kept)) {
      throw new FileAlreadyExistsException(kept.toString());
    }
    Path preparing = directory.resolve(PREPARING);
    deleteTree(preparing);
    Files.createDirectory(preparing);
    log.writeTo(preparing.resolve(DataDirectory.CONSENSUS_FILES));
    RecordFile.write(preparing.resolve(DataDirectory.RECORD_FILE), record);
    DurableFile.write(preparing.resolve(REPORT), utf8(report));
    DurableFile.write(preparing.resolve(KEPT), utf8(kept.toString()));
    move(preparing, directory.resolve(PREPARED));
  }

  /**
   * Does what is left to do.
   *
   * @return the report that was prepared
   * @throws IOException if something failed; it can be called again
   */
  public String finish() throws IOException {
    Path prepared = directory.resolve(PREPARED);
    Path kept = Path.of(Files.readString(prepared.resolve(KEPT)));
    String report = Files.readString(prepared.resolve(REPORT));
    for (Step step : steps(prepared, kept)) {
      step.run();
    }
    return report;
  }

  /** One step of {@link #finish}; run again it does nothing. */
  interface Step {
    void run() throws IOException;
  }

  /** The steps in their order. */
  List<Step> steps(Path prepared, Path kept) {
    return List.of(
        () -> copySmallFiles(prepared, kept),
        () ->
            moveIfThere(
                prepared.resolve(DataDirectory.RECORD_FILE),
                directory.resolve(DataDirectory.RECORD_FILE)),
        () -> retireLog(prepared, kept),
        () ->
            moveIfThere(
                prepared.resolve(DataDirectory.CONSENSUS_FILES),
                directory.resolve(DataDirectory.CONSENSUS_FILES)),
        () -> moveIfThere(prepared, directory.resolve(PREPARING)),
        () -> discardUnfinished(directory));
  }

  /** Only while the directory's own record is the old one. */
  private void copySmallFiles(Path prepared, Path kept) throws IOException {
    if (!Files.exists(prepared.resolve(DataDirectory.RECORD_FILE))) {
      return;
    }
    if (!Files.exists(kept)) {
      // Whoever may not read the directory may not read what was in it.
      Files.createDirectory(
          kept, PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(directory)));
    }
    for (String name : SMALL_FILES) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        DurableFile.write(kept.resolve(name), Files.readAllBytes(file));
      }
    }
    DurableFile.write(kept.resolve(REPORT), Files.readAllBytes(prepared.resolve(REPORT)));
    Path parent = kept.toAbsolutePath().getParent();
    if (parent != null) {
      DurableFile.syncDirectory(parent);
    }
  }

  private void retireLog(Path prepared, Path kept) throws IOException {
    if (Files.exists(prepared.resolve(DataDirectory.CONSENSUS_FILES))
        && !Files.exists(kept.resolve(DataDirectory.CONSENSUS_FILES))) {
      moveIfThere(
          directory.resolve(DataDirectory.CONSENSUS_FILES),
          kept.resolve(DataDirectory.CONSENSUS_FILES));
    }
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      move(from, to);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFile.syncDirectory(parent(to));
    DurableFile.syncDirectory(parent(from));
  }

  private static Path parent(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(path + " is not in a directory");
    }
    return parent;
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) { // what is deeper first
        Files.delete(path);
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    DataDirectory.release(lock);
  }
}
