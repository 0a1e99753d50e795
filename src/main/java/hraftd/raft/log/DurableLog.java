package hraftd.raft.log;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.core.RaftLog;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in files, which survives the loss of power at any moment.
 *
 * <p>It consists of {@link Segment}s of a fixed size. The Raft thread writes to the end of the last
 * one ({@link LogTail}), the sync thread forces it, the housekeeper creates the next one ahead
 * ({@link SpareSegment}), mostly out of an old one, and deletes the others. A segment is wholly
 * durable before the next one gets its name. Truncation deletes the segments behind from the last
 * backwards and goes on in a new segment, whose first index voids what is left of those entries in
 * the one before; then that file is cut: at every moment the files hold a prefix of what was
 * appended, and no record is ever written over. A reset starts a segment whose header voids all
 * before it. What is found when the log is opened is judged by {@link LogJudgement}.
 *
 * <p>In memory are the place and term of every entry, and the newest entries themselves up to a
 * bound; older ones are read from the files.
 */
public final class DurableLog implements RaftLog {
  private static final Logger log = LoggerFactory.getLogger(DurableLog.class);

  /** Keeps every offset in an int, with room to spare. */
  private static final int MAX_DATA_BYTES = 1 << 30;

  private final LogOptions options;
  private final LogThreads threads;
  private final FailStop failStop;

  private final LogKeeper keeper;
  private final Segments segments;
  private final LogFloor floor;
  private final SegmentStarts starts;
  private final LogTail tail;
  private final LogSyncer syncer;
  private final SegmentReader reader;
  private final EntryRing recent = new EntryRing();

  private final long committedAtOpen;

  /**
   * Opens the log in a directory, or begins one.
   *
   * @param cover what the newest snapshot has: damage to that does no harm
   * @param threads closed with it
   * @param done runs on the sync thread after each fsync
   * @param failStop is told a failed write or fsync, on the thread where it happens
   * @throws hraftd.raft.disk.StoreDamagedException if something is missing that was durable
   */
  public static DurableLog open(
      Disk disk,
      Path directory,
      SnapshotCover cover,
      LogOptions options,
      LogThreads threads,
      Runnable done,
      FailStop failStop)
      throws IOException {
    try {
      DurableLog opened = new DurableLog(disk, directory, cover, options, threads, done, failStop);
      threads.everyTick(
          () -> {
            try {
              opened.tick();
            } catch (RuntimeException | Error e) {
              failStop.record(e);
            }
          });
      return opened;
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  private DurableLog(
      Disk disk,
      Path directory,
      SnapshotCover cover,
      LogOptions options,
      LogThreads threads,
      Runnable done,
      FailStop failStop)
      throws IOException {
    this.options = options;
    this.threads = threads;
    this.failStop = failStop;
    this.reader = new SegmentReader(options.segmentBytes());
    SnapshotCover asked = cover.remembered();
    LogFindings found = new LogRecovery(disk, directory, asked).recover();
    this.segments = found.segments();
    this.committedAtOpen = found.committed();
    this.floor = LogFloor.open(disk, directory, found, asked);
    if (floor.isDamaged()) {
      active().seal();
    }
    this.keeper = new LogKeeper(disk, directory, options, threads.keeper(), failStop);
    this.starts = new SegmentStarts(segments, floor, keeper);
    if (segments.isEmpty()) {
      starts.first();
    }
    this.tail = new LogTail(active(), options, committedAtOpen);
    this.syncer = new LogSyncer(tail, threads.syncer(), done, failStop);
    // Else the disk is full: what is here can be read, and room may come.
    if (tail.isFull() && !floor.isDamaged() && keeper.hasSpare(/* minCapacity= */ 0)) {
      starts.next(tail, /* minBytes= */ 0);
    }
  }

  /** Who hears how long each fsync took, in nanoseconds, on the thread where it ran. */
  public void whenFsynced(LongConsumer told) {
    tail.whenFsynced(told);
  }

  @Override
  public @Nullable Loss loss() {
    return floor.loss();
  }

  @Override
  public void regained() {
    failStop.check();
    try {
      floor.regained(segments);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  @Override
  public long firstIndex() {
    return segments.firstIndex();
  }

  @Override
  public long lastIndex() {
    return segments.lastIndex();
  }

  @Override
  public long committedAtOpen() {
    return Math.min(committedAtOpen, lastIndex());
  }

  @Override
  public void committed(long index) {
    tail.committed(index);
  }

  @Override
  public long term(long index) {
    return segments.term(index);
  }

  @Override
  public @Nullable Entry entryInMemory(long index) {
    return recent.get(index);
  }

  @Override
  public Entry entry(long index) {
    Entry entry = recent.get(index);
    if (entry != null) {
      return entry;
    }
    Segment segment = segments.holding(index);
    try {
      return reader.read(segment, index);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  @Override
  public void append(List<Entry> entries) {
    failStop.check();
    check(entries);
    try {
      if (floor.isDamaged()) {
        starts.next(tail, /* minBytes= */ 0);
      }
      int written = 0;
      while (written < entries.size()) {
        int count = tail.write(entries.subList(written, entries.size()));
        if (count == 0) {
          tail.force();
          starts.next(tail, LogRecord.maxSize(entries.get(written).data().length));
        }
        written += count;
      }
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    for (Entry entry : entries) {
      recent.add(entry);
      while (recent.weight() > options.cacheBytes()) {
        recent.removeFirst();
      }
    }
  }

  private void check(List<Entry> entries) {
    long index = lastIndex();
    long term = active().lastTerm();
    for (Entry entry : entries) {
      if (entry.index() != index + 1
          || entry.term() < term
          || entry.data().length > MAX_DATA_BYTES) {
        throw new IllegalArgumentException(
            "entry "
                + entry.index()
                + " of term "
                + entry.term()
                + " with "
                + entry.data().length
                + " bytes cannot follow entry "
                + index
                + " of term "
                + term);
      }
      index = entry.index();
      term = entry.term();
    }
  }

  @Override
  public void truncateFrom(long index) {
    failStop.check();
    if (index == lastIndex() + 1) {
      return;
    }
    try {
      starts.cutFrom(tail, index);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    recent.truncateFrom(index);
  }

  @Override
  public void sync() {
    failStop.check();
    syncer.ask();
  }

  @Override
  public long syncedIndex() {
    return tail.syncedIndex();
  }

  @Override
  public void compact(long throughIndex) {
    failStop.check();
    while (segments.count() > 1 && segments.first().nextIndex() - 1 <= throughIndex) {
      keeper.retireLater(segments.removeFirst());
    }
    recent.removeBelow(firstIndex());
  }

  /** The segments but for the newest one of which all is committed, as it is up to this index. */
  public List<SealedSegment> sealed(long committed) {
    return SealedSegment.of(segments.copy().subList(0, segments.count() - 1), committed);
  }

  /**
   * Stores anew what the log must hold at least, unless the file says what is in memory.
   *
   * @param disk through which the file is read
   * @return what was wrong, for people; null: nothing
   */
  public @Nullable String mendFloor(Disk disk) {
    failStop.check();
    try {
      return floor.mend(disk);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  @Override
  public void reset(long index, long term) {
    failStop.check();
    List<Segment> old;
    try {
      old = starts.behind(tail, index, term);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    old.forEach(keeper::deleteLater);
    recent.truncateFrom(0);
  }

  @Override
  public long sizeBytes() {
    return segments.bytesThrough(lastIndex());
  }

  @Override
  public long sizeBytesThrough(long index) {
    return segments.bytesThrough(index);
  }

  @Override
  public boolean nearlyFull() {
    return keeper.nearlyFull();
  }

  /** Gives up files that are kept only to save work: the disk has no room for something else. */
  public void makeRoom() {
    keeper.makeRoom();
  }

  @Override
  public boolean hasRoom(List<Entry> entries) {
    return tail.hasRoom(bytes(entries)) || hasRoomAnew(entries);
  }

  @Override
  public boolean hasRoomAnew(List<Entry> entries) {
    failStop.check();
    return keeper.hasSpare(SegmentHeader.SIZE + tail.bytesFor(bytes(entries)));
  }

  private static long bytes(List<Entry> entries) {
    long bytes = 0;
    for (Entry entry : entries) {
      bytes += LogRecord.maxSize(entry.data().length);
    }
    return bytes;
  }

  /** Makes everything durable, unless a write or fsync has failed before, and closes. */
  @Override
  public void close() {
    try {
      if (!failStop.hasFailed()) {
        tail.mark();
        floor.stopped(segments);
      }
    } catch (IOException e) {
      throw failStop.failed(e);
    } finally {
      threads.close();
      keeper.close(segments);
      closeFloor();
    }
  }

  private void closeFloor() {
    try {
      floor.close();
    } catch (IOException e) {
      log.warn("closing the file {} of the log: {}", FloorFile.NAME, e.toString());
    }
  }

  /** What the housekeeper does every {@link LogThreads#TICK}. */
  void tick() {
    keeper.lookAround();
    syncer.tick();
  }

  private Segment active() {
    return segments.last();
  }
}
