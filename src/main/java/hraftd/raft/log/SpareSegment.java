package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that becomes the log's next segment, made ahead of time: creating it takes 100 ms and
 * more, and an fsync of a file that does not grow needs to write no metadata. It is filled with
 * zeros, or has been a segment before, for which some files are kept: then not every byte of the
 * log has to be written twice. It is also the head-room on a full disk. For any thread.
 */
final class SpareSegment {
  /** What the names of such files begin with. */
  private static final String NAME = "log.spare";

  private static final Logger log = LoggerFactory.getLogger(SpareSegment.class);

  /** Forced in between, so that the log's own fsync never waits for the whole file. */
  private static final int STEP_BYTES = 1 << 20;

  private record Spare(Path path, Disk.DiskFile file, long size, boolean reused) {}

  private final Disk disk;
  private final Path directory;
  private final long size;
  private final int maxKept;

  /** Files of this size that were segments, to be the next one in turn. */
  private final Queue<Spare> kept = new ArrayDeque<>();

  private @Nullable Spare next;
  private boolean failed;

  /**
   * There is none yet.
   *
   * @param size of the file in bytes
   * @param maxKept how many files of old segments may wait to be used again
   */
  SpareSegment(Disk disk, Path directory, long size, int maxKept) {
    this.disk = disk;
    this.directory = directory;
    this.size = size;
    this.maxKept = maxKept;
  }

  /**
   * Makes sure that there is one. If that fails, mostly because the disk is full, nothing is lost
   * yet: it is tried again with the next call.
   *
   * @param minCapacity bytes that it must have at least
   * @return true if there is one
   */
  synchronized boolean prepare(long minCapacity) {
    if (ready(minCapacity) != null) {
      return true;
    }
    long wanted = Math.max(size, minCapacity);
    try {
      makeRoomFor(wanted);
      // Trying in vain would take the last free bytes from everybody for a moment, again and again.
      if (disk.usableSpace(directory) < wanted) {
        throw new IOException("less than " + wanted + " bytes are free");
      }
      renew(wanted);
      failed = false;
      return true;
    } catch (IOException e) {
      if (!failed) {
        log.warn(
            "{}: cannot create the next log segment, will try again: {}", directory, e.toString());
      }
      failed = true;
      return false;
    }
  }

  /** The next one if it has this capacity, else null; a kept file becomes it if there is none. */
  private @Nullable Spare ready(long minCapacity) {
    if (next == null && minCapacity <= size) {
      next = kept.poll();
    }
    return next != null && next.size >= minCapacity ? next : null;
  }

  private Spare renew(long wanted) throws IOException {
    discardNext();
    Spare created = create(wanted);
    next = created;
    return created;
  }

  private void makeRoomFor(long wanted) throws IOException {
    if (disk.usableSpace(directory) < wanted) {
      discardKept();
    }
  }

  /**
   * Gives the file away, as a segment with this header, durably. Waits for one that is being
   * prepared, and creates it if there is none.
   *
   * @param minCapacity bytes that it must have at least
   */
  synchronized Segment take(SegmentHeader header, long minCapacity) throws IOException {
    Spare taken = ready(minCapacity);
    if (taken == null) {
      long wanted = Math.max(size, minCapacity);
      makeRoomFor(wanted);
      taken = renew(wanted);
    }
    SegmentHeader written = header.in(taken.size, taken.reused);
    taken.file.writeFully(written.encode(), 0);
    taken.file.force(false);
    Path path = Segment.path(directory, header.sequence());
    disk.rename(taken.path, path);
    disk.forceDirectory(directory);
    next = null;
    return new Segment(path, taken.file, written, taken.size);
  }

  /**
   * Keeps the file of a segment that is no longer needed; durably it is then none. By one thread at
   * a time. The log can go on meanwhile.
   *
   * @return false if it is of no use here
   */
  boolean keep(Segment segment) throws IOException {
    synchronized (this) {
      if (kept.size() >= maxKept || segment.length() != size) {
        return false;
      }
    }
    Path path = directory.resolve(NAME + "-" + segment.path().getFileName());
    disk.rename(segment.path(), path);
    disk.forceDirectory(directory);
    synchronized (this) {
      kept.add(new Spare(path, segment.file(), size, /* reused= */ true));
    }
    return true;
  }

  /** Deletes the files of old segments; false if there are none. The log can go on meanwhile. */
  boolean discardKept() {
    boolean any = false;
    for (Spare spare = pollKept(); spare != null; spare = pollKept()) {
      any = true;
      try {
        discard(spare);
      } catch (IOException e) {
        log.warn("{}: cannot delete a file of no more use: {}", directory, e.toString());
      }
    }
    return any;
  }

  private synchronized @Nullable Spare pollKept() {
    return kept.poll();
  }

  /** Closes and deletes all, and what an earlier process has left. */
  synchronized void discardAll() throws IOException {
    discardNext();
    discardKept();
    for (String name : disk.list(directory)) {
      if (name.startsWith(NAME)) {
        disk.delete(directory.resolve(name));
      }
    }
  }

  private void discardNext() throws IOException {
    Spare discarded = next;
    next = null;
    if (discarded != null) {
      discard(discarded);
    }
  }

  private void discard(Spare spare) throws IOException {
    spare.file.close();
    disk.delete(spare.path);
  }

  private Spare create(long bytes) throws IOException {
    Path path = directory.resolve(NAME);
    Disk.DiskFile created = disk.create(path);
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(STEP_BYTES, bytes));
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        created.writeFully(zeros, at);
        created.force(true);
      }
    } catch (IOException e) {
      created.close();
      disk.delete(path);
      throw e;
    }
    return new Spare(path, created, bytes, /* reused= */ false);
  }
}
