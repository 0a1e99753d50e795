package hraftd.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that becomes the log's next segment, filled with zeros ahead of time: creating it takes
 * 100 ms and more, and an fsync of a file that does not grow needs to write no metadata. It is also
 * the head-room on a full disk. For any thread.
 */
final class SpareSegment {
  /** The name of the file while it is spare. */
  static final String NAME = "log.spare";

  private static final Logger log = LoggerFactory.getLogger(SpareSegment.class);

  /** Forced in between, so that the log's own fsync never waits for the whole file. */
  private static final int STEP_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final long size;
  private Disk.@Nullable DiskFile file;
  private long fileSize;
  private boolean failed;

  /** There is none yet; {@code size} is that of the file in bytes. */
  SpareSegment(Disk disk, Path directory, long size) {
    this.disk = disk;
    this.directory = directory;
    this.size = size;
  }

  /**
   * Makes sure that there is one. If that fails, mostly because the disk is full, nothing is lost
   * yet: it is tried again with the next call.
   *
   * @param minCapacity bytes that it must have at least
   * @return true if there is one
   */
  synchronized boolean prepare(long minCapacity) {
    if (file != null && fileSize >= minCapacity) {
      return true;
    }
    long wanted = Math.max(size, minCapacity);
    try {
      // Trying in vain would take the last free bytes from everybody for a moment, again and again.
      if (disk.usableSpace(directory) < wanted) {
        throw new IOException("less than " + wanted + " bytes are free");
      }
      discard();
      create(wanted);
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

  /**
   * Gives the file away, as a segment with this header, durably. Waits for one that is being
   * prepared, and creates it if there is none.
   *
   * @param minCapacity bytes that it must have at least
   */
  synchronized Segment take(SegmentHeader header, long minCapacity) throws IOException {
    if (file == null || fileSize < minCapacity) {
      discard();
      create(Math.max(size, minCapacity));
    }
    Disk.DiskFile taken = file;
    if (taken == null) {
      throw new IllegalStateException("no spare segment");
    }
    taken.writeFully(header.encode(), 0);
    taken.force(false);
    Path path = Segment.path(directory, header.sequence());
    disk.rename(directory.resolve(NAME), path);
    disk.forceDirectory(directory);
    file = null;
    return new Segment(path, taken, header, fileSize);
  }

  /** Closes and deletes it. */
  synchronized void discard() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
    disk.delete(directory.resolve(NAME));
  }

  private void create(long bytes) throws IOException {
    Disk.DiskFile created = disk.create(directory.resolve(NAME));
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(STEP_BYTES, bytes));
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        created.writeFully(zeros, at);
        created.force(true);
      }
    } catch (IOException e) {
      created.close();
      disk.delete(directory.resolve(NAME));
      throw e;
    }
    file = created;
    fileSize = bytes;
  }
}
