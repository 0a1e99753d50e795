package hraftd.raft.snapshot;

import hraftd.raft.Membership;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots in a directory: the newest one as {@code snapshot-<index>-<term>}, and while one is
 * written or received, a temporary file beside it. The old one goes only when the new one is whole
 * and durable. What was received is lost with a restart: the leader then begins again.
 *
 * <p>Nothing is lost by a snapshot that cannot be received, mostly because the disk is full: it is
 * dropped, and the next try comes later. Only when one gets its name a failure is final.
 */
public final class SnapshotFiles implements WritableSnapshots {
  private static final Logger log = LoggerFactory.getLogger(SnapshotFiles.class);
  private static final Pattern NAME = Pattern.compile("snapshot-([0-9]{1,18})-([0-9]{1,18})");
  private static final String WRITING = "snapshot.writing";
  private static final String RECEIVING = "snapshot.receiving";

  /** After a failure the next try to receive one comes this much later. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Disk disk;
  private final Path directory;
  private final long headroom;
  private final FailStop failStop;
  private final LongSupplier nanoClock;
  private final Object writing = new Object();
  private volatile Runnable makeRoom = () -> {};
  private @Nullable SnapshotFile newest;
  private @Nullable Meta receiving;
  private SnapshotFile.@Nullable Draft received;
  private @Nullable Long notBefore;

  private SnapshotFiles(
      Disk disk,
      Path directory,
      long headroom,
      FailStop failStop,
      LongSupplier nanoClock,
      @Nullable SnapshotFile newest) {
    this.nanoClock = nanoClock;
    this.disk = disk;
    this.directory = directory;
    this.headroom = headroom;
    this.failStop = failStop;
    this.newest = newest;
  }

  /**
   * Opens the snapshots in a directory, checks the newest one and removes leftovers.
   *
   * @param headroom bytes that stay free while one is received: the log must be able to go on
   * @param dispensable whether the log holds all that the snapshot of this index does: then a
   *     damaged one is passed over with a warning
   * @throws StoreDamagedException if the newest one is damaged and needed
   */
  public static SnapshotFiles open(
      Disk disk, Path directory, long headroom, FailStop failStop, LongPredicate dispensable)
      throws IOException {
    return open(disk, directory, headroom, failStop, dispensable, System::nanoTime);
  }

  /** The same with another clock. */
  public static SnapshotFiles open(
      Disk disk,
      Path directory,
      long headroom,
      FailStop failStop,
      LongPredicate dispensable,
      LongSupplier nanoClock)
      throws IOException {
    SnapshotFile newest = null;
    for (String name : names(disk, directory)) {
      try {
        newest = SnapshotFile.open(disk, directory.resolve(name));
        break;
      } catch (StoreDamagedException e) {
        if (!dispensable.test(index(name))) {
          throw e;
        }
        log.warn("passed over, since the log still has it all: {}", e.getMessage());
      }
    }
    SnapshotFiles snapshots =
        new SnapshotFiles(disk, directory, headroom, failStop, nanoClock, newest);
    disk.delete(directory.resolve(WRITING));
    disk.delete(directory.resolve(RECEIVING));
    if (newest != null) {
      snapshots.deleteAllBut(newest);
    }
    disk.forceDirectory(directory);
    return snapshots;
  }

  /** True if a file of this name is a snapshot. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  @Override
  public synchronized @Nullable Meta latest() {
    return newest == null ? null : newest.meta();
  }

  @Override
  public synchronized byte[] read(long offset, int maxBytes) {
    SnapshotFile snapshot = newest;
    if (snapshot == null) {
      throw new IllegalStateException("there is no snapshot");
    }
    try {
      return snapshot.read(offset, maxBytes);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  /** Calls this, from any thread, after there was no room for a snapshot, before the next try. */
  public void whenOutOfRoom(Runnable action) {
    makeRoom = action;
  }

  @Override
  public Meta write(long index, long term, long clock, Membership membership, ContentWriter content)
      throws IOException {
    synchronized (writing) {
      Meta before = latest();
      if (before != null && before.index() >= index) {
        return before;
      }
      Meta begun = new Meta(index, term, clock, membership, 0, 0);
      SnapshotFile.Draft draft = new SnapshotFile.Draft(disk, directory, WRITING, begun);
      try {
        OutputStream out = draft.stream();
        content.writeTo(out);
        out.flush();
        Meta meta = new Meta(index, term, clock, membership, draft.length(), draft.checksum());
        draft.seal(meta);
        return publish(draft, meta);
      } catch (IOException | RuntimeException e) {
        draft.discard();
        makeRoom.run();
        throw e;
      }
    }
  }

  @Override
  public InputStream open(Meta meta) throws IOException {
    if (!meta.equals(latest())) {
      throw new IOException("snapshot " + meta.index() + " is not the newest one");
    }
    Path path = directory.resolve(name(meta));
    return SnapshotFile.reopen(disk, path, meta).content();
  }

  @Override
  public long receive(Meta meta, long offset, byte[] piece) {
    failStop.check();
    try {
      SnapshotFile.Draft draft = received;
      if (draft == null || !meta.equals(receiving)) {
        if (offset != 0 || (notBefore != null && nanoClock.getAsLong() - notBefore < 0)) {
          return 0;
        }
        dropReceived();
        long free = disk.usableSpace(directory);
        if (free - headroom < meta.length()) {
          throw new IOException("only " + free + " bytes are free");
        }
        draft = new SnapshotFile.Draft(disk, directory, RECEIVING, meta);
        received = draft;
        receiving = meta;
      }
      if (offset == draft.length() && piece.length <= meta.length() - offset) {
        draft.write(piece, 0, piece.length);
      }
      return draft.length();
    } catch (IOException e) {
      putOff(meta, e);
      return 0;
    }
  }

  private void putOff(Meta meta, IOException why) {
    notBefore = nanoClock.getAsLong() + RETRY.toNanos();
    makeRoom.run();
    log.warn(
        "{}: cannot receive the snapshot at index {}, {} bytes; the next try in {}: {}",
        directory,
        meta.index(),
        meta.length(),
        RETRY,
        why.toString());
    try {
      dropReceived();
    } catch (IOException e) {
      log.warn("{}: cannot drop what was received: {}", directory, e.toString());
    }
  }

  @Override
  public boolean acceptReceived(Meta meta, ContentCheck check) {
    failStop.check();
    try {
      SnapshotFile.Draft draft = received;
      if (draft == null
          || !meta.equals(receiving)
          || draft.length() != meta.length()
          || draft.checksum() != meta.checksum()
          || !check.isUsable(draft.content(meta))) {
        dropReceived();
        return false;
      }
      draft.seal(meta);
    } catch (IOException e) {
      putOff(meta, e);
      return false;
    }
    SnapshotFile.Draft sealed = Objects.requireNonNull(received);
    received = null;
    receiving = null;
    try {
      return publish(sealed, meta).equals(meta);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      dropReceived();
      if (newest != null) {
        newest.close();
      }
    } catch (IOException e) {
      log.warn("{}: closing the snapshots", directory, e);
    }
  }

  /** Makes a sealed one the newest and deletes the others, unless there is a newer one already. */
  private synchronized Meta publish(SnapshotFile.Draft draft, Meta meta) throws IOException {
    SnapshotFile old = newest;
    if (old != null && old.meta().index() >= meta.index()) {
      draft.discard();
      return old.meta();
    }
    SnapshotFile published = draft.publish(meta, name(meta));
    newest = published;
    try {
      if (old != null) {
        old.close();
      }
      deleteAllBut(published);
    } catch (IOException e) {
      // The new one counts; the next start deletes the rest.
      log.warn("{}: cannot delete an old snapshot: {}", directory, e.toString());
    }
    return meta;
  }

  private void deleteAllBut(SnapshotFile snapshot) throws IOException {
    for (String name : names(disk, directory)) {
      Path path = directory.resolve(name);
      if (!path.equals(snapshot.path())) {
        disk.delete(path);
      }
    }
  }

  private void dropReceived() throws IOException {
    SnapshotFile.Draft draft = received;
    received = null;
    receiving = null;
    if (draft != null) {
      draft.discard();
    }
  }

  /** The snapshots' names, newest first. */
  static List<String> names(Disk disk, Path directory) throws IOException {
    return disk.list(directory).stream()
        .filter(SnapshotFiles::isName)
        .sorted(Comparator.comparingLong(SnapshotFiles::index).reversed())
        .toList();
  }

  private static String name(Meta meta) {
    return "snapshot-" + meta.index() + "-" + meta.term();
  }

  /** The index in the name of a snapshot. */
  static long index(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }
}
