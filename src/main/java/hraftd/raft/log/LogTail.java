package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the log, where it grows and becomes durable. The Raft thread writes and the sync
 * thread forces at the same time: {@code forcing} is held during an fsync, the monitor of this only
 * while the ends are looked at or records written. {@code forcing} comes first.
 */
final class LogTail {
  private static final Logger log = LoggerFactory.getLogger(LogTail.class);

  /** What one write takes at most, a longer record apart. */
  private static final int BUFFER_BYTES = 1 << 20;

  /** An operator wants to know of an fsync that takes longer: elections will follow. */
  private static final Duration SLOW_FSYNC = Duration.ofSeconds(1);

  /** Makes the segment with which the log goes on. */
  interface NextSegment {
    /** Called while nobody writes or forces. */
    Segment get() throws IOException;
  }

  private final Object forcing = new Object();
  private final int pageBytes;

  /** The largest mark that fills a page. */
  private final int maxPadding;

  private final ByteBuffer buffer;
  private Segment segment;
  private long syncedEnd;
  private long writes;
  private volatile long syncedIndex;

  /** For the next mark. */
  private volatile long committed;

  /** What the newest mark says. */
  private long markedCommitted;

  /** The first failure; guarded by {@code forcing}. */
  private @Nullable Throwable failure;

  /**
   * Goes on in this segment, all of which is durable.
   *
   * @param committed the commit index that the log's marks have
   */
  LogTail(Segment segment, LogOptions options, long committed) {
    this.segment = segment;
    this.committed = committed;
    this.markedCommitted = committed;
    this.pageBytes = options.pageBytes();
    this.maxPadding = pageBytes / 2;
    this.buffer =
        ByteBuffer.allocateDirect((int) Math.min(BUFFER_BYTES, options.segmentBytes()) + pageBytes);
    this.syncedEnd = segment.end();
    this.syncedIndex = segment.nextIndex() - 1;
  }

  /** This entry and all before it are committed: the next mark says so. */
  void committed(long index) {
    committed = index;
  }

  /** The last index known to be durable. */
  long syncedIndex() {
    return syncedIndex;
  }

  /** Grows with every write of entries. */
  synchronized long writes() {
    return writes;
  }

  /** True if there is no room for another mark. */
  synchronized boolean isFull() {
    return !leavesRoomForMark(segment.end());
  }

  private boolean leavesRoomForMark(long end) {
    return end + LogRecord.OVERHEAD <= segment.capacity();
  }

  /** What records of so many bytes need in a segment: two appends, and a mark behind them. */
  long bytesFor(long records) {
    return records + maxPadding + LogRecord.OVERHEAD;
  }

  /** True if records of so many bytes have room, in two appends. */
  synchronized boolean hasRoom(long records) {
    return segment.end() + bytesFor(records) <= segment.capacity();
  }

  /**
   * Writes as many of these entries as one write and the segment can take; Raft thread.
   *
   * @return how many; 0 if the segment has no room left for the first
   */
  synchronized int write(List<Entry> entries) throws IOException {
    long salt = segment.header().salt();
    long start = segment.end();
    long at = start;
    int count = 0;
    ByteBuffer out = buffer.clear();
    for (Entry entry : entries) {
      int size = LogRecord.size(entry.data().length);
      // Room for a mark stays, so that the last entry can always be witnessed.
      if (!leavesRoomForMark(at + size)) {
        break;
      }
      if (size > out.remaining() - pageBytes) {
        if (count > 0) {
          break;
        }
        out = ByteBuffer.allocate(size + pageBytes);
      }
      LogRecord.put(out, salt, at, entry, syncedEnd);
      segment.addEntry(entry.term(), at, size, syncedEnd);
      at += size;
      count++;
    }
    if (count > 0) {
      if (count == entries.size()) {
        fillPage(out, start);
      }
      segment.file().writeFully(out.flip(), start);
      writes++;
    }
    return count;
  }

  /**
   * Makes the last page of what is written from this offset on whole, so that the system need not
   * read the rest of it. If that is little it becomes a mark, behind which the next entries begin
   * in a page of their own: this one would be written again with them, by the next fsync. The log
   * grows by that, but by no more than is appended.
   */
  private void fillPage(ByteBuffer out, long start) {
    long at = segment.end();
    int rest = (int) (-at & (pageBytes - 1));
    boolean little = rest <= maxPadding && rest <= at - start;
    if (little && rest >= LogRecord.OVERHEAD && leavesRoomForMark(at + rest)) {
      putMark(out, rest);
      segment.addMark(at, rest, syncedEnd);
    } else {
      out.put(new byte[(int) Math.min(rest, segment.capacity() - at)]);
    }
  }

  /** Puts a mark of this size for the segment's end, of which the segment is yet to be told. */
  private void putMark(ByteBuffer out, int size) {
    long now = committed;
    markedCommitted = now;
    LogRecord.putMark(
        out, segment.header().salt(), segment.end(), segment.nextIndex() - 1, now, syncedEnd, size);
  }

  /**
   * Makes everything durable that was written before the call.
   *
   * @throws IOException if that fails, or anything here has failed before: the system tells of a
   *     lost page once, so that a later fsync succeeds and means nothing
   */
  void force() throws IOException {
    synchronized (forcing) {
      guarded(this::forceWritten);
    }
  }

  private void forceWritten() throws IOException {
    Segment current;
    long end;
    long lastIndex;
    synchronized (this) {
      current = segment;
      end = segment.end();
      lastIndex = segment.nextIndex() - 1;
      if (end == syncedEnd) {
        return;
      }
    }
    long started = System.nanoTime();
    current.file().force(false);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    if (took.compareTo(SLOW_FSYNC) > 0) {
      log.warn("slow disk: an fsync of {} took {} ms", current.path(), took.toMillis());
    }
    synchronized (this) {
      syncedEnd = end;
      syncedIndex = lastIndex;
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Holding {@code forcing}: does nothing more once something has failed. */
  private void guarded(Step step) throws IOException {
    if (failure != null) {
      throw new IOException("writing the log has failed before", failure);
    }
    try {
      step.run();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  /**
   * Makes everything durable, and writes a mark if what is there is not witnessed yet, or what is
   * committed not noted.
   */
  void mark() throws IOException {
    synchronized (forcing) {
      force();
      synchronized (this) {
        if ((!segment.needsMark() && markedCommitted == committed) || isFull()) {
          return;
        }
        long at = segment.end();
        ByteBuffer out = buffer.clear();
        putMark(out, LogRecord.OVERHEAD);
        segment.file().writeFully(out.flip(), at);
        segment.addMark(at, LogRecord.OVERHEAD, syncedEnd);
      }
      force();
    }
  }

  /** Goes on in another segment, before which all is durable; Raft thread. */
  void moveTo(NextSegment next) throws IOException {
    synchronized (forcing) {
      guarded(
          () -> {
            synchronized (this) {
              segment = next.get();
              syncedEnd = segment.end();
              syncedIndex = segment.nextIndex() - 1;
            }
          });
    }
  }
}
