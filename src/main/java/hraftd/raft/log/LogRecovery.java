package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of the files of a log what a node can go on with, when it is opened: {@link LogJudgement}
 * says what they hold, and nothing is changed before it has. A torn tail is overwritten with zeros,
 * and so is what comes behind the end; what is damaged stays as it is.
 */
final class LogRecovery {
  private static final Logger log = LoggerFactory.getLogger(LogRecovery.class);

  /** How much of a tail is written again at a time. */
  private static final int STEP_BYTES = 1 << 20;

  /** So much behind the end is zeros afterwards; behind that the log goes on in another segment. */
  private static final int CLEAN_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final LogJudgement judgement;

  /** For the log in this directory. */
  LogRecovery(Disk disk, Path directory, SnapshotCover cover) {
    this.disk = disk;
    this.directory = directory;
    this.judgement = new LogJudgement(disk, directory, cover);
  }

  /**
   * What the files hold, without what a crash left at the end, and durable.
   *
   * @throws StoreDamagedException if nothing of the log can be used, or nobody can say how far it
   *     went
   */
  LogFindings recover() throws IOException {
    LogFindings found = judgement.read();
    Segments segments = found.segments();
    try {
      if (found.floorDamage() != null) {
        throw found.floorDamage();
      }
      StoreDamagedException damage = found.damage();
      if (damage != null && segments.isEmpty()) {
        throw damage;
      }
      for (StoreDamagedException passedOver : found.passedOver()) {
        log.warn("{}; the snapshot has it, the log goes on without it", passedOver.place());
      }
      if (!segments.isEmpty()) {
        if (damage == null) {
          wipe(segments.last(), found.tornBytes());
        }
        mend(segments.last());
      }
      for (String superseded : found.superseded()) {
        disk.delete(directory.resolve(superseded));
        disk.forceDirectory(directory);
      }
      return found;
    } catch (IOException e) {
      segments.close();
      throw e;
    }
  }

  private void mend(Segment last) throws IOException {
    long end = last.end();
    // What no record witnesses may be in the page cache only, and not even be written by an fsync,
    // if one has failed before: written again it will be.
    for (long at = last.witnessed(); at < end; at += STEP_BYTES) {
      ByteBuffer step = ByteBuffer.allocate((int) Math.min(STEP_BYTES, end - at));
      last.file().readFully(step, at);
      last.file().writeFully(step.clear(), at);
    }
    last.file().force(true);
    disk.forceDirectory(directory);
  }

  /**
   * Overwrites what a crash left behind the end, so that no record of it is whole later, when the
   * one before is there again; in place, as the disk may be full. That may be a part of a head,
   * which cannot be told from what an older segment has left, and to which the next crash may add
   * the rest out of a record that was written over it: so there are only zeros, and marks that are
   * whole, as far as the log goes on here. Behind a segment of the old format another one is begun,
   * whose first index makes it void.
   */
  private static void wipe(Segment last, long torn) throws IOException {
    if (torn > 0) {
      log.warn(
          "{}: a torn tail of {} bytes at offset {}, from entry {} on, does not count: it was"
              + " probably never acknowledged",
          last.path(),
          torn,
          last.end(),
          last.nextIndex());
    }
    if (last.header().version() == SegmentHeader.FIRST_VERSION) {
      return;
    }
    long to = Math.min(last.capacity(), last.end() + Math.max(torn, CLEAN_BYTES));
    ByteBuffer found = ByteBuffer.allocate((int) (to - last.end()));
    last.file().readFully(found, last.end());
    ByteBuffer clean = clean(last, found.flip());
    if (!clean.equals(found)) {
      last.file().writeFully(clean, last.end());
    }
    last.limit(to);
  }

  /** Zeros, and the marks that are whole: what they say stays true. */
  private static ByteBuffer clean(Segment last, ByteBuffer found) {
    ByteBuffer clean = ByteBuffer.allocate(found.limit());
    RecordFormat format = last.format();
    for (int at = 0; at < found.limit(); at += RecordFormat.ALIGNMENT) {
      long offset = last.end() + at;
      RecordHead head = format.head(found, at, last.header(), offset);
      if (head != null && head.isMark() && format.isWhole(found, at, last.header(), offset, head)) {
        clean.put(at, found, at, head.size());
      }
    }
    return clean;
  }
}
