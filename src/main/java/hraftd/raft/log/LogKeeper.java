package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and deletes the files of a {@link DurableLog}, where it can in the background, and
 * watches the free space.
 */
final class LogKeeper {
  private static final Logger log = LoggerFactory.getLogger(LogKeeper.class);

  private final Disk disk;
  private final Path directory;
  private final LogOptions options;
  private final Executor thread;
  private final FailStop failStop;
  private final SpareSegment spare;
  private volatile boolean nearlyFull;
  private boolean spaceUnknown;

  /** For the log in this directory, whose leftovers it clears away. */
  LogKeeper(Disk disk, Path directory, LogOptions options, Executor thread, FailStop failStop)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.thread = thread;
    this.failStop = failStop;
    this.spare = new SpareSegment(disk, directory, options.segmentBytes(), options.keptSegments());
    spare.discardAll();
  }

  /** True while there is less free space than the reserve, or none for another segment. */
  boolean nearlyFull() {
    return nearlyFull;
  }

  /** The segment with this header, durably; and asks for the next one to be prepared. */
  Segment create(SegmentHeader header, long minCapacity) throws IOException {
    Segment segment = spare.take(header, minCapacity);
    thread.execute(this::lookAround);
    return segment;
  }

  /** True if the next segment is there, or can be made now, for so many bytes. */
  boolean hasSpare(long minCapacity) {
    return spare.prepare(minCapacity);
  }

  /**
   * Prepares the next segment if there is none, and looks at the free space; on its thread. Where
   * that is low files that are kept go first, and it is looked at again the next time: some file
   * systems take a moment to free what was deleted.
   */
  void lookAround() {
    if (failStop.hasFailed()) {
      return;
    }
    boolean prepared = spare.prepare(/* minCapacity= */ 0);
    boolean full = !prepared || (spaceIsLow() && !spare.discardKept());
    if (full != nearlyFull) {
      log.warn("{}: {}", directory, full ? "disk nearly full" : "enough disk space again");
      nearlyFull = full;
    }
  }

  /** Gives up what is kept only to save work, soon. */
  void makeRoom() {
    thread.execute(spare::discardKept);
  }

  private boolean spaceIsLow() {
    try {
      return disk.usableSpace(directory) < options.reserveBytes();
    } catch (IOException e) {
      if (!spaceUnknown) {
        log.warn("{}: cannot tell the free space", directory, e);
        spaceUnknown = true;
      }
      return false;
    }
  }

  /** Closes and deletes a segment, durably. */
  void delete(Segment segment) throws IOException {
    segment.file().close();
    disk.delete(segment.path());
    disk.forceDirectory(directory);
  }

  /**
   * Deletes a segment in the background, each durably before the next one: a gap between segments
   * would count as damage.
   */
  void deleteLater(Segment segment) {
    later(() -> delete(segment));
  }

  /**
   * The same for a segment all of whose entries are older than any that will be written: its file
   * may become another segment.
   */
  void retireLater(Segment segment) {
    later(
        () -> {
          if (nearlyFull || !spare.keep(segment)) {
            delete(segment);
          }
        });
  }

  private interface Task {
    void run() throws IOException;
  }

  private void later(Task task) {
    thread.execute(
        () -> {
          try {
            if (!failStop.hasFailed()) {
              task.run();
            }
          } catch (IOException e) {
            failStop.record(e);
          }
        });
  }

  /** Closes these segments and removes the spare and the kept files; the thread has ended. */
  void close(Segments segments) {
    try {
      segments.close();
      spare.discardAll();
    } catch (IOException e) {
      log.warn("{}: closing the log", directory, e);
    }
  }
}
