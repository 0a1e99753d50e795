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
 * this is damage, if a later record of the segment is whole and witnesses it, or if a later segment
 * exists, since one is only created when all before it is durable. Else it is the torn tail and is
 * cut off; what the file's former life as a segment has left there stays. Nothing is changed before
 * all segments were found good.
 */
final class LogRecovery {
  private static final Logger log = LoggerFactory.getLogger(LogRecovery.class);

  /** How much of a tail is written again at a time. */
  private static final int STEP_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private ByteBuffer content = ByteBuffer.allocate(0);
  private long committed;

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
        scan(segment, last ? Long.MAX_VALUE : segments.get(i + 1).header().baseIndex());
      }
      long torn = segments.isEmpty() ? 0 : tornBytes(segments.get(segments.size() - 1));
      return new Found(segments, torn, names.subList(0, names.size() - segments.size()), committed);
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
      throw new StoreDamagedException(
          Segment.path(directory, before.header().sequence() + 1),
          0,
          "the segment is missing, and with it the entries from " + before.nextIndex());
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

  /**
   * Takes note of the segment's records.
   *
   * @param end the index at which the next segment begins: entries from there on are void
   */
  private void scan(Segment segment, long end) throws IOException {
    load(segment);
    int at = SegmentHeader.SIZE;
    while (holdsWhole(segment.header(), at)) {
      int size = LogRecord.size(LogRecord.dataLength(content, at));
      long witness = LogRecord.witness(content, at);
      if (LogRecord.isMark(content, at)) {
        segment.addMark(at, size, witness);
        committed = Math.max(committed, LogRecord.committed(content, at));
      } else if (segment.nextIndex() == end) {
        return;
      } else {
        if (LogRecord.index(content, at) != segment.nextIndex()) {
          throw new StoreDamagedException(
              segment.path(),
              at,
              "entry " + LogRecord.index(content, at) + " in place of " + segment.nextIndex());
        }
        segment.addEntry(LogRecord.term(content, at), at, size, witness);
      }
      at += size;
    }
  }

  /**
   * True if at this place of {@link #content} a record of its segment is whole. The salt alone
   * would tell it from those of an earlier life of the file, were it not that of 2^32 salts two
   * give the same checksums.
   */
  private boolean holdsWhole(SegmentHeader header, int at) {
    return LogRecord.begins(content, at, header.baseIndex())
        && LogRecord.isWhole(content, at, header.salt(), at);
  }

  private void load(Segment segment) throws IOException {
    int size = (int) segment.capacity();
    if (content.capacity() < size) {
      content = ByteBuffer.allocate(size);
    }
    segment.file().readFully(content.clear().limit(size), 0);
    content.position(0);
  }

  /**
   * Bytes behind the last segment's records that a crash left; it is the one in {@link #content}.
   */
  private long tornBytes(Segment last) throws StoreDamagedException {
    int end = (int) last.end();
    int lastByte = last.header().reused() ? lastTraceOf(last) : lastByteBehind(end);
    for (int at = end + LogRecord.ALIGNMENT; at < lastByte; at += LogRecord.ALIGNMENT) {
      if (holdsWhole(last.header(), at) && LogRecord.witness(content, at) > end) {
        throw new StoreDamagedException(
            last.path(),
            end,
            "entry "
                + last.nextIndex()
                + " was durable and cannot be read (the record at offset "
                + at
                + " proves it)");
      }
    }
    return (long) lastByte - end;
  }

  private int lastByteBehind(int end) {
    int lastByte = content.limit();
    while (lastByte > end && content.get(lastByte - 1) == 0) {
      lastByte--;
    }
    return lastByte;
  }

  /**
   * Where the last beginning of a record ends that is not of the file's life as an older segment:
   * the entries of that one have smaller indexes. What is left of a record without its beginning
   * can stay: nothing will make it whole.
   */
  private int lastTraceOf(Segment last) {
    int end = (int) last.end();
    int at = (content.limit() - LogRecord.OVERHEAD) & -LogRecord.ALIGNMENT;
    while (at >= end && !LogRecord.begins(content, at, last.header().baseIndex())) {
      at -= LogRecord.ALIGNMENT;
    }
    return at >= end ? at + LogRecord.OVERHEAD : end;
  }

  private void mend(Segment last, long torn) throws IOException {
    long end = last.end();
    if (torn > 0) {
      log.warn(
          "{}: cut off a torn tail of {} bytes at offset {}, from entry {} on: it was never"
              + " acknowledged",
          last.path(),
          torn,
          end,
          last.nextIndex());
      last.cut();
    }
    // What no record witnesses may be in the page cache only, and not even be written by an fsync,
    // if one has failed before: written again it will be.
    for (long at = last.witnessed(); at < end; at += STEP_BYTES) {
      int length = (int) Math.min(STEP_BYTES, end - at);
      last.file().writeFully(content.slice((int) at, length), at);
    }
    last.file().force(true);
    disk.forceDirectory(directory);
  }
}
