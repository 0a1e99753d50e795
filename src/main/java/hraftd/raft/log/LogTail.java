package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
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

  /** Sectors in a usual page: a write of one that is torn leaves the others. */
  private static final int MARK_PLACES_IN_A_PAGE = 8;

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

  /** How far from each other the two places are where marks behind the end go in turn. */
  private final int markDistance;

  private final ByteBuffer buffer;
  private Segment segment;
  private long syncedEnd;

  /** A mark was written that is not durable yet. */
  private boolean markUnforced;

  /** Which of the two places the next mark goes to. */
  private boolean oddMark;

  private long writes;
  private volatile long syncedIndex;

  /** For the next mark. */
  private volatile long committed;

  /** What the newest mark says. */
  private long markedCommitted;

  private volatile LongConsumer fsynced = nanos -> {};

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
    this.markDistance = Math.max(pageBytes / MARK_PLACES_IN_A_PAGE, LogRecord.MARK_BYTES);
    this.buffer =
        ByteBuffer.allocateDirect((int) Math.min(BUFFER_BYTES, options.segmentBytes()) + pageBytes);
    this.syncedEnd = segment.end();
    this.syncedIndex = segment.nextIndex() - 1;
  }

  /** Who hears how long each fsync took, in nanoseconds, on the thread where it ran. */
  void whenFsynced(LongConsumer told) {
    fsynced = told;
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

  /** True if nothing can be added to the segment, for want of room or for its old format. */
  synchronized boolean isFull() {
    return !isWritable(segment.end());
  }

  /** True if the segment can have entries up to this offset: the marks behind have room, too. */
  private boolean isWritable(long end) {
    return segment.header().version() == SegmentHeader.VERSION
        && pageBehind(end) + 2L * markDistance <= segment.capacity();
  }

  /** Where the first page begins that has no byte of what is before this offset. */
  private long pageBehind(long end) {
    return (end + pageBytes - 1) & -pageBytes;
  }

  /** What records of so many bytes need in a segment: two appends, and the marks behind them. */
  long bytesFor(long records) {
    return records + maxPadding + pageBytes + 2L * markDistance;
  }

  /** True if records of so many bytes have room, in two appends. */
  synchronized boolean hasRoom(long records) {
    return segment.header().version() == SegmentHeader.VERSION
        && segment.end() + bytesFor(records) <= segment.capacity();
  }

  /**
   * Writes as many of these entries as one write and the segment can take; Raft thread.
   *
   * @return how many; 0 if the segment has no room left for the first
   */
  synchronized int write(List<Entry> entries) throws IOException {
    long start = segment.end();
    long at = start;
    int count = 0;
    ByteBuffer out = buffer.clear();
    for (Entry entry : entries) {
      int maxSize = LogRecord.maxSize(entry.data().length);
      if (!isWritable(at + maxSize)) {
        break;
      }
      if (maxSize > out.remaining() - pageBytes) {
        if (count > 0) {
          break;
        }
        out = ByteBuffer.allocate(maxSize + pageBytes);
      }
      int size = LogRecord.put(out, segment.header(), at, entry, syncedEnd);
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
    if (little && rest >= LogRecord.MARK_BYTES && isWritable(at + rest)) {
      LogRecord.putMark(
          out, segment.header(), at, segment.nextIndex() - 1, noteCommitted(), syncedEnd, rest);
      segment.addMark(at, rest, syncedEnd);
    } else {
      out.put(new byte[(int) Math.min(rest, segment.capacity() - at)]);
    }
  }

  /** For a mark that is written now. */
  private long noteCommitted() {
    long now = committed;
    markedCommitted = now;
    return now;
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
      if (end == syncedEnd && !markUnforced) {
        return;
      }
      markUnforced = false;
    }
    long started = System.nanoTime();
    current.file().force(false);
    long nanos = System.nanoTime() - started;
    fsynced.accept(nanos);
    Duration took = Duration.ofNanos(nanos);
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
   * committed not noted. It goes into the next page, as a disk loses whole pages: behind the end,
   * where the next entries will be written over it. Two places take turns, so that a torn mark
   * leaves the one before.
   */
  void mark() throws IOException {
    synchronized (forcing) {
      force();
      synchronized (this) {
        if ((!segment.needsMark() && markedCommitted == committed) || isFull()) {
          return;
        }
        long at = pageBehind(segment.end()) + (oddMark ? markDistance : 0);
        oddMark = !oddMark;
        ByteBuffer out = buffer.clear();
        LogRecord.putMarkBehind(
            out, segment.header(), at, segment.nextIndex() - 1, noteCommitted(), syncedEnd);
        segment.file().writeFully(out.flip(), at);
        segment.addWitness(syncedEnd);
        markUnforced = true;
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
              markUnforced = false;
              syncedIndex = segment.nextIndex() - 1;
            }
          });
    }
  }
}
