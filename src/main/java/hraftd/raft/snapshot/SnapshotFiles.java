package hraftd.raft.snapshot;

import hraftd.raft.Membership;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
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

  /** The newest one is known to be damaged. */
  private boolean damaged;

  private @Nullable Meta receiving;
  private SnapshotFile.@Nullable Draft received;
  private @Nullable Long notBefore;
  private @Nullable Long saidDamaged;

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
      // Its name may not be durable yet: a crash could leave neither it nor those before it.
      disk.forceDirectory(directory);
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
  public synchronized boolean isDamaged() {
    return damaged;
  }

  @Override
  public synchronized byte @Nullable [] read(long offset, int maxBytes) {
    SnapshotFile snapshot = newest;
    if (snapshot == null) {
      throw new IllegalStateException("there is no snapshot");
    }
    try {
      return damaged ? null : snapshot.read(offset, maxBytes);
    } catch (IOException e) {
      // Nothing is lost: what it holds is in memory too, and another one is taken of that.
      damaged = true;
      log.warn("{}; another snapshot takes its place, look at the disk", place(snapshot, e));
      return null;
    }
  }

  @Override
  public @Nullable String check(Disk disk) throws InterruptedIOException {
    SnapshotFile snapshot;
    synchronized (this) {
      snapshot = newest;
      if (snapshot == null || damaged) {
        return null;
      }
    }
    try {
      snapshot.check(disk);
      return null;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      synchronized (this) {
        if (!snapshot.equals(newest)) {
          return null; // A newer one has taken its place meanwhile.
        }
        damaged = true;
      }
      return place(snapshot, e);
    }
  }

  private static String place(SnapshotFile snapshot, IOException e) {
    return e instanceof StoreDamagedException damage
        ? damage.place()
        : snapshot.path() + " cannot be read: " + e;
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
      if (before != null && isAsGoodAs(before, index)) {
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
    return newestFile().reopen(disk).content();
  }

  private synchronized SnapshotFile newestFile() {
    return Objects.requireNonNull(newest);
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
      if (draft == null || !meta.equals(receiving) || draft.length() != meta.length()) {
        dropReceived();
        return false;
      }
      if (draft.checksum() != meta.checksum()) {
        sayDamaged(meta);
        dropReceived();
        return false;
      }
      if (!check.isUsable(draft.content(meta))) {
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

  /** The leader sends it again at once: not every time is worth a line. */
  private void sayDamaged(Meta meta) {
    long now = nanoClock.getAsLong();
    if (saidDamaged == null || now - saidDamaged >= RETRY.toNanos()) {
      saidDamaged = now;
      log.warn(
          "{}: dropped the snapshot at index {} that the leader sent, {} bytes: its checksum is"
              + " wrong; look at the leader's disk",
          directory,
          meta.index(),
          meta.length());
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
    if (old != null && isAsGoodAs(old.meta(), meta.index())) {
      draft.discard();
      return old.meta();
    }
    SnapshotFile published = draft.publish(meta, name(meta));
    newest = published;
    damaged = false;
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

  /** True if the newest one, which is this, makes one at this index needless. */
  private synchronized boolean isAsGoodAs(Meta present, long index) {
    return damaged ? present.index() > index : present.index() >= index;
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
