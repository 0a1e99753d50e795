package hraftd.raft.node;

import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.DirectoryLock;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.DiskException;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.DurableLog;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.LogThreads;
import hraftd.raft.log.MemoryLog;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.log.RealLogThreads;
import hraftd.raft.log.SealedSegment;
import hraftd.raft.log.Segment;
import hraftd.raft.log.SnapshotCover;
import hraftd.raft.log.TermFile;
import hraftd.raft.snapshot.MemorySnapshots;
import hraftd.raft.snapshot.SnapshotFiles;
import hraftd.raft.snapshot.StoredSnapshot;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three stores of one node, opened together and checked against each other. Belongs to the Raft
 * thread, as they do.
 */
public final class Stores implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stores.class);

  /** A file that says why the node must not start with what is here. */
  private static final String CONDEMNED = "lost-entries";

  /** A sentence with a name and two numbers is shorter. */
  private static final int MAX_CONDEMNATION_BYTES = 1024;

  private final RaftLog raftLog;
  private final TermStore terms;
  private final WritableSnapshots snapshots;

  /** What is to be closed, in order. */
  private final Deque<AutoCloseable> opened;

  private Stores(
      RaftLog raftLog, TermStore terms, WritableSnapshots snapshots, Deque<AutoCloseable> opened) {
    this.raftLog = raftLog;
    this.terms = terms;
    this.snapshots = snapshots;
    this.opened = opened;
  }

  /** Stores that forget everything when the process ends. */
  static Stores inMemory(Runnable done) {
    return new Stores(
        new MemoryLog(done), new MemoryTermStore(), new MemorySnapshots(), new ArrayDeque<>());
  }

  /**
   * Opens the stores in a directory, which is created if it is not there, and keeps other processes
   * out of it.
   *
   * @param done see {@link RaftLog#sync}
   * @param fatal is told the first failed write or fsync of any of them, on the thread where it
   *     happens; the node must stop
   * @throws StoreDamagedException if something is missing or changed that was durable
   * @throws IOException if the directory is in use, or cannot be read or written
   */
  public static Stores open(
      Path directory, LogOptions options, Runnable done, Consumer<Throwable> fatal)
      throws IOException {
    Disk disk = new RealDisk();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new DiskException("make the directory", directory, e);
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      disk.forceDirectory(parent);
    }
    DirectoryLock lock = DirectoryLock.of(directory);
    return open(disk, directory, options, new RealLogThreads(), done, fatal, lock);
  }

  /**
   * Opens the stores in a directory of this disk; {@code threads} are closed with them, {@code
   * lock} after them.
   */
  public static Stores open(
      Disk disk,
      Path directory,
      LogOptions options,
      LogThreads threads,
      Runnable done,
      Consumer<Throwable> fatal,
      AutoCloseable lock)
      throws IOException {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    opened.push(lock);
    try {
      checkComplete(directory, disk.list(directory));
      checkNotCondemned(disk, directory);
      FailStop failStop = new FailStop(fatal);
      SnapshotCover cover = () -> covered(disk, directory);
      DurableLog raftLog =
          DurableLog.open(disk, directory, cover, options, threads, done, failStop);
      opened.push(raftLog);
      TermFile terms = openTerms(disk, directory, failStop, raftLog);
      opened.push(terms);
      SnapshotFiles snapshots =
          SnapshotFiles.open(
              disk,
              directory,
              /* headroom= */ 2 * options.segmentBytes(),
              failStop,
              index -> raftLog.firstIndex() == 1 && raftLog.lastIndex() >= index);
      opened.push(snapshots);
      snapshots.whenOutOfRoom(raftLog::makeRoom);
      fit(directory, raftLog, snapshots.latest());
      return new Stores(raftLog, terms, snapshots, opened);
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  /**
   * The whole files of the log, to be read once more; none where there are no files.
   *
   * @param committed the last index that is
   */
  List<SealedSegment> sealed(long committed) {
    return raftLog instanceof DurableLog durable ? durable.sealed(committed) : List.of();
  }

  /**
   * Writes term and vote, and what the log must hold, anew where a file does not say twice what is
   * in memory.
   *
   * @param through reads the files
   * @return what was wrong with each that was
   */
  List<String> mendSmallFiles(Disk through) {
    List<String> wrong = new ArrayList<>();
    if (terms instanceof TermFile file) {
      addIfAny(wrong, file.mend(through));
    }
    if (raftLog instanceof DurableLog durable) {
      addIfAny(wrong, durable.mendFloor(through));
    }
    return wrong;
  }

  private static void addIfAny(List<String> to, @Nullable String what) {
    if (what != null) {
      to.add(what);
    }
  }

  /** What is wrong, without what to do about it. */
  static String said(IOException e) {
    return e instanceof StoreDamagedException damage ? damage.place() : String.valueOf(e);
  }

  /** Who hears how long each fsync of the log took, in nanoseconds; in memory there are none. */
  void whenFsynced(LongConsumer told) {
    if (raftLog instanceof DurableLog durable) {
      durable.whenFsynced(told);
    }
  }

  /** The log. */
  public RaftLog raftLog() {
    return raftLog;
  }

  /** Term and vote. */
  public TermStore terms() {
    return terms;
  }

  /** The snapshots. */
  public WritableSnapshots snapshots() {
    return snapshots;
  }

  /** Makes everything durable, if nothing has failed before, and closes. */
  @Override
  public void close() {
    closeAll(opened);
  }

  /**
   * Keeps, durably before it returns, that the node must not start with these stores again: they
   * lack what it has acknowledged.
   *
   * @throws IOException if that cannot be kept
   */
  static void condemn(Disk disk, Path directory, String why) throws IOException {
    try (Disk.DiskFile file = disk.create(directory.resolve(CONDEMNED))) {
      file.writeFully(ByteBuffer.wrap((why + "\n").getBytes(StandardCharsets.UTF_8)), 0);
      file.force(true);
    }
    disk.forceDirectory(directory);
  }

  private static void checkNotCondemned(Disk disk, Path directory) throws IOException {
    StoreDamagedException condemned = condemned(disk, directory);
    if (condemned != null) {
      throw condemned;
    }
  }

  /** Why it was condemned, for people; only where it was. */
  static String condemnation(Disk disk, Path directory) throws IOException {
    try (Disk.DiskFile file = disk.open(directory.resolve(CONDEMNED))) {
      ByteBuffer text = ByteBuffer.allocate((int) Math.min(file.size(), MAX_CONDEMNATION_BYTES));
      file.readFully(text, 0);
      return CONDEMNED + ": " + StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    }
  }

  /** That the node must not start with what is here, as its file says; null: it may. */
  static @Nullable StoreDamagedException condemned(Disk disk, Path directory) throws IOException {
    if (!disk.list(directory).contains(CONDEMNED)) {
      return null;
    }
    return new StoreDamagedException(
        directory,
        "it lacks entries that this node had acknowledged, as its leader said (file "
            + CONDEMNED
            + ")");
  }

  /** What the newest whole snapshot has; 0: there is none. */
  static long covered(Disk disk, Path directory) throws IOException {
    try (StoredSnapshot newest =
        StoredSnapshot.newest(
            disk,
            directory,
            /* dispensable= */ index -> true,
            /* passedOver= */ new ArrayList<>())) {
      return newest == null ? 0 : newest.meta().index();
    }
  }

  /** A log is begun before the term file, and both before the first snapshot. */
  static void checkComplete(Path directory, List<String> names) throws StoreDamagedException {
    boolean hasLog = names.stream().anyMatch(Segment::isName);
    boolean hasTerm = names.contains(TermFile.NAME);
    boolean hasSnapshot = names.stream().anyMatch(SnapshotFiles::isName);
    if (!hasLog && (hasTerm || hasSnapshot)) {
      throw logMissing(directory);
    }
    if (!hasTerm && hasSnapshot) {
      throw new StoreDamagedException(
          directory.resolve(TermFile.NAME), 0, "the file with term and vote is missing");
    }
  }

  private static TermFile openTerms(Disk disk, Path directory, FailStop failStop, RaftLog raftLog)
      throws IOException {
    if (disk.list(directory).contains(TermFile.NAME)) {
      TermFile terms = TermFile.open(disk, directory, failStop);
      long lastTerm = raftLog.term(raftLog.lastIndex());
      if (terms.term() < lastTerm) {
        terms.close();
        throw termTooOld(directory, terms.term(), lastTerm);
      }
      return terms;
    }
    if (raftLog.lastIndex() > 0) {
      throw new StoreDamagedException(
          directory.resolve(TermFile.NAME), 0, "the file with term and vote is missing");
    }
    return TermFile.create(disk, directory, failStop);
  }

  /** A member begins its log before it is one. */
  static StoreDamagedException logMissing(Path directory) {
    return new StoreDamagedException(
        Segment.path(directory, 1), 0, "the log's files, with all its entries, are missing");
  }

  /** A term is durable before any entry of it. */
  static StoreDamagedException termTooOld(Path directory, long term, long lastTerm) {
    return new StoreDamagedException(
        directory.resolve(TermFile.NAME),
        0,
        "it knows term " + term + ", but the log has entries of term " + lastTerm);
  }

  /** Nobody has what is between the newest snapshot and the log. */
  static StoreDamagedException gap(Path directory, long firstIndex, long snapshotIndex) {
    return new StoreDamagedException(
        directory,
        0,
        "the log begins with entry "
            + firstIndex
            + ", the newest snapshot ends with entry "
            + snapshotIndex
            + ": what is between is missing");
  }

  /** Together, snapshot and log must have everything; a crash may have left the log behind. */
  public static void fit(Path directory, RaftLog raftLog, SnapshotStore.@Nullable Meta snapshot)
      throws StoreDamagedException {
    long snapshotIndex = snapshot == null ? 0 : snapshot.index();
    if (snapshotIndex < raftLog.firstIndex() - 1) {
      throw gap(directory, raftLog.firstIndex(), snapshotIndex);
    }
    if (snapshot != null && !raftLog.holds(snapshotIndex, snapshot.term())) {
      log.info(
          "{}: the log (to entry {}) gives way to the snapshot received last (to entry {})",
          directory,
          raftLog.lastIndex(),
          snapshotIndex);
      raftLog.reset(snapshotIndex, snapshot.term());
    }
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        log.warn("closing the stores", e);
      }
    }
  }
}
