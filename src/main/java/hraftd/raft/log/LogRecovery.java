package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the segments of a log when it is opened, and tells a torn tail, which a crash leaves and
 * which nobody was told to be durable, from damage.
 *
 * <p>Everything up to the first record that is not whole counts, or up to the entry with which the
 * next segment begins: from there on the log was truncated. What is not whole was durable, so that
 * this is damage, if a later record of the segment is whole and witnesses it, if a later segment
 * exists, since one is only created when all before it is durable, or if the {@link FloorFile} says
 * so. Else it is the torn tail, which is overwritten with zeros. Nothing is changed before all
 * segments were found good.
 */
final class LogRecovery {
  private static final Logger log = LoggerFactory.getLogger(LogRecovery.class);

  /** How much of a tail is written again at a time. */
  private static final int STEP_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final SegmentScan scan = new SegmentScan();

  /** For the log in this directory. */
  LogRecovery(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /**
   * What the files hold.
   *
   * @param segments oldest first; none if there is no log
   * @param tornBytes behind the last segment's end, which a crash has left
   * @param superseded names of files that are void
   * @param committed the highest commit index that a mark has; 0: none
   */
  record Found(List<Segment> segments, long tornBytes, List<String> superseded, long committed) {}

  /**
   * What the files hold, without what a crash left at the end, and durable.
   *
   * @throws StoreDamagedException if something is missing that was durable
   */
  Found recover() throws IOException {
    Found found = read();
    List<Segment> segments = found.segments();
    try {
      if (!segments.isEmpty()) {
        mend(segments.get(segments.size() - 1), found.tornBytes());
      }
      for (String superseded : found.superseded()) {
        disk.delete(directory.resolve(superseded));
        disk.forceDirectory(directory);
      }
      return found;
    } catch (IOException e) {
      close(segments);
      throw e;
    }
  }

  /**
   * Reads the files and changes nothing.
   *
   * @throws StoreDamagedException if something is missing that was durable
   */
  Found read() throws IOException {
    FloorFile.Floor floor = FloorFile.read(disk, directory);
    List<String> names = disk.list(directory).stream().filter(Segment::isName).sorted().toList();
    List<Segment> segments = new ArrayList<>();
    try {
      for (int i = names.size() - 1; i >= 0 && !begins(segments); i--) {
        segments.add(0, open(directory.resolve(names.get(i))));
      }
      for (int i = 0; i < segments.size(); i++) {
        Segment segment = segments.get(i);
        checkFollows(i == 0 ? null : segments.get(i - 1), segment);
        boolean last = i == segments.size() - 1;
        scan.walk(segment, last ? Long.MAX_VALUE : segments.get(i + 1).header().baseIndex());
      }
      Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
      long torn = last == null ? 0 : tornBytes(last);
      checkFloor(last, floor);
      return new Found(
          segments, torn, names.subList(0, names.size() - segments.size()), scan.committed());
    } catch (IOException e) {
      close(segments);
      throw e;
    }
  }

  private static void close(List<Segment> segments) throws IOException {
    for (Segment segment : segments) {
      segment.file().close();
    }
  }

  private static boolean begins(List<Segment> segments) {
    return !segments.isEmpty() && segments.get(0).header().supersedes();
  }

  private Segment open(Path path) throws IOException {
    Disk.DiskFile file = disk.open(path);
    try {
      long size = file.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, SegmentHeader.SIZE));
      file.readFully(bytes, 0);
      SegmentHeader header = SegmentHeader.decode(bytes.flip());
      if (header == null
          || size > Integer.MAX_VALUE
          || !path.equals(Segment.path(directory, header.sequence()))) {
        throw new StoreDamagedException(
            path, 0, "the segment's header is not valid, its entries cannot be read");
      }
      if (header.version() < SegmentHeader.FIRST_VERSION
          || header.version() > SegmentHeader.VERSION) {
        throw new IOException(
            path
                + " has format "
                + header.version()
                + ", and this version of hraftd reads up to "
                + SegmentHeader.VERSION
                + ": start the version that wrote it, or a newer one");
      }
      return new Segment(path, file, header, size);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void checkFollows(@Nullable Segment before, Segment segment)
      throws StoreDamagedException {
    if (before == null) {
      return;
    }
    SegmentHeader header = segment.header();
    if (header.sequence() != before.header().sequence() + 1) {
      throw missing(before.header().sequence() + 1, before.nextIndex());
    }
    if (header.baseIndex() != before.nextIndex() || header.baseTerm() != before.lastTerm()) {
      throw new StoreDamagedException(
          before.path(),
          before.end(),
          "entry "
              + before.nextIndex()
              + " was durable and cannot be read (the next segment begins with entry "
              + header.baseIndex()
              + ")");
    }
  }

  private StoreDamagedException missing(long sequence, long firstLost) {
    return new StoreDamagedException(
        Segment.path(directory, sequence),
        0,
        "the segment is missing, and with it the entries from " + firstLost);
  }

  /** Nothing in the segments shows that their end is gone; the floor does. */
  private void checkFloor(@Nullable Segment last, FloorFile.@Nullable Floor floor)
      throws StoreDamagedException {
    long newest = last == null ? 0 : last.header().sequence();
    long lastIndex = last == null ? 0 : last.nextIndex() - 1;
    if (floor == null) {
      if (last != null && last.header().version() > SegmentHeader.FIRST_VERSION) {
        throw new StoreDamagedException(
            directory.resolve(FloorFile.NAME),
            0,
            "the file is missing, and with it how far the log must reach at least; it reaches to"
                + " entry "
                + lastIndex);
      }
      return;
    }
    if (newest < floor.sequence()) {
      throw missing(newest + 1, lastIndex + 1);
    }
    if (last == null) {
      return;
    }
    if (newest == floor.sequence() && lastIndex < floor.index()) {
      throw new StoreDamagedException(
          last.path(),
          last.end(),
          "entry "
              + (lastIndex + 1)
              + " was durable and cannot be read (the file "
              + FloorFile.NAME
              + " says that the log had entry "
              + floor.index()
              + ")");
    }
    if (last.capacity() < last.header().capacity() && !floor.cut()) {
      throw new StoreDamagedException(
          last.path(),
          last.capacity(),
          "the file ends here, and had "
              + last.header().capacity()
              + " bytes; the log ends with entry "
              + lastIndex);
    }
  }

  /** Bytes behind the last segment's records that a crash left. */
  private long tornBytes(Segment last) throws StoreDamagedException {
    SegmentScan.Behind behind = scan.behind(last);
    if (behind.proof() >= 0) {
      throw new StoreDamagedException(
          last.path(),
          last.end(),
          "entry "
              + last.nextIndex()
              + " was durable and cannot be read (the record at offset "
              + behind.proof()
              + " proves it)");
    }
    return behind.tornEnd() - last.end();
  }

  private void mend(Segment last, long torn) throws IOException {
    long end = last.end();
    if (torn > 0) {
      log.warn(
          "{}: a torn tail of {} bytes at offset {}, from entry {} on, does not count: it was"
              + " probably never acknowledged",
          last.path(),
          torn,
          end,
          last.nextIndex());
      wipe(last, torn);
    }
    // What no record witnesses may be in the page cache only, and not even be written by an fsync,
    // if one has failed before: written again it will be.
    for (long at = last.witnessed(); at < end; at += STEP_BYTES) {
      int length = (int) Math.min(STEP_BYTES, end - at);
      last.file().writeFully(scan.slice(at, length), at);
    }
    last.file().force(true);
    disk.forceDirectory(directory);
  }

  /**
   * Overwrites what a crash left behind the end, so that no record of it is whole later, when the
   * one before is there again; in place, as the disk may be full. Behind a segment of the old
   * format another one is begun, whose first index makes it void.
   */
  private static void wipe(Segment last, long torn) throws IOException {
    if (last.header().version() == SegmentHeader.FIRST_VERSION) {
      return;
    }
    long to = last.end() + torn;
    for (long at = last.end(); at < to; at += STEP_BYTES) {
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(STEP_BYTES, to - at));
      last.file().writeFully(zeros, at);
    }
  }
}
