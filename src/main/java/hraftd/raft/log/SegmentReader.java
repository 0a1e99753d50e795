package hraftd.raft.log;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries back from segments, a window at a time, so that reading in order is cheap. Belongs
 * to the Raft thread.
 */
final class SegmentReader {
  /** Enough that the cost of a system call does not show. */
  private static final int WINDOW_BYTES = 256 * 1024;

  private final int usualBytes;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private @Nullable Segment segment;
  private long start;

  /** Reads in order: the whole window is used. */
  SegmentReader() {
    this(WINDOW_BYTES);
  }

  /** For segments that are usually of this size. */
  SegmentReader(long segmentBytes) {
    usualBytes = (int) Math.min(WINDOW_BYTES, segmentBytes);
  }

  /**
   * The entry with this index, which is in this segment.
   *
   * @throws StoreDamagedException if it is not as it was written
   */
  Entry read(Segment from, long index) throws IOException {
    long offset = from.offset(index);
    RecordFormat format = from.format();
    long rest = from.entriesEnd() - offset;
    int at = at(from, offset, (int) Math.min(RecordFormat.MAX_HEAD_BYTES, rest));
    RecordHead head = format.head(window, at, from.header(), offset);
    if (head != null && head.size() <= rest) {
      at = at(from, offset, head.size());
      if (format.isWhole(window, at, from.header(), offset, head)
          && !head.isMark()
          && head.index() == index) {
        return RecordFormat.entry(window, at, head);
      }
    }
    throw new StoreDamagedException(
        from.path(), offset, "entry " + index + " was written and is not there any more");
  }

  /** Moves the window if it must, and says where in it the offset is. */
  private int at(Segment from, long offset, int bytes) throws IOException {
    if (segment != from || offset < start || offset + bytes > start + window.limit()) {
      segment = null;
      int wanted = Math.max(bytes, usualBytes);
      if (wanted != window.capacity()) {
        window = ByteBuffer.allocateDirect(wanted);
      }
      // Not beyond the last entry: what is appended there later would be missing in the window.
      int length = (int) Math.min(window.capacity(), from.entriesEnd() - offset);
      from.file().readFully(window.clear().limit(length), offset);
      window.position(0);
      segment = from;
      start = offset;
    }
    return (int) (offset - start);
  }
}
