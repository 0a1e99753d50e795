package hraftd.raft.log;

import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

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
 * before it. What is found when the log is opened is judged by {@link LogRecovery}.
 *
 * <p>In memory are the place and term of every entry, and the newest entries themselves up to a
 * bound; older ones are read from the files.
 */
public final class DurableLog implements RaftLog {
  private static final SecureRandom SALTS = new SecureRandom();

  /** Keeps every offset in an int, with room to spare. */
  private static final int MAX_DATA_BYTES = 1 << 30;

  private final LogOptions options;
  private final LogThreads threads;
  private final Runnable done;
  private final FailStop failStop;

  private final LogKeeper keeper;
  private final List<Segment> segments;
  private final LogTail tail;
  private final SegmentReader reader;
  private final EntryRing recent = new EntryRing();

  private final long committedAtOpen;

  private final AtomicBoolean syncAsked = new AtomicBoolean();
  private long writesAtLastTick;

  /**
   * Opens the log in a directory, or begins one.
   *
   * @param threads closed with it
   * @param done runs on the sync thread after each fsync
   * @param failStop is told a failed write or fsync, on the thread where it happens
   * @throws hraftd.raft.disk.StoreDamagedException if something is missing that was durable
   */
  public static DurableLog open(
      Disk disk,
      Path directory,
      LogOptions options,
      LogThreads threads,
      Runnable done,
      FailStop failStop)
      throws IOException {
    try {
      DurableLog opened = new DurableLog(disk, directory, options, threads, done, failStop);
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
      LogOptions options,
      LogThreads threads,
      Runnable done,
      FailStop failStop)
      throws IOException {
    this.options = options;
    this.threads = threads;
    this.done = done;
    this.failStop = failStop;
    this.reader = new SegmentReader(options.segmentBytes());
    LogRecovery.Found found = new LogRecovery(disk, directory).recover();
    this.segments = found.segments();
    this.committedAtOpen = found.committed();
    this.keeper = new LogKeeper(disk, directory, options, threads.keeper(), failStop);
    if (segments.isEmpty()) {
      segments.add(keeper.create(header(1, 1, 0, /* supersedes= */ false), /* minCapacity= */ 0));
    }
    this.tail = new LogTail(active(), options, committedAtOpen);
    if (tail.isFull()) {
      startSegment(/* minBytes= */ 0);
    }
  }

  @Override
  public long firstIndex() {
    return segments.get(0).header().baseIndex();
  }

  @Override
  public long lastIndex() {
    return active().nextIndex() - 1;
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
    if (index == firstIndex() - 1) {
      return segments.get(0).header().baseTerm();
    }
    return segments.get(find(index)).term(index);
  }

  @Override
  public Entry entry(long index) {
    Entry entry = recent.get(index);
    if (entry != null) {
      return entry;
    }
    Segment segment = segments.get(find(index));
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
      int written = 0;
      while (written < entries.size()) {
        int count = tail.write(entries.subList(written, entries.size()));
        if (count == 0) {
          tail.force();
          startSegment(LogRecord.size(entries.get(written).data().length));
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
    int keep = find(index);
    try {
      tail.moveTo(
          () -> {
            for (int i = segments.size() - 1; i > keep; i--) {
              // A crash may have left void entries before it, which nothing voids without it.
              segments.get(i - 1).cut();
              keeper.delete(segments.remove(i));
            }
            Segment cut = active();
            cut.file().force(false);
            cut.truncateFrom(index);
            Segment next =
                keeper.create(
                    header(cut.header().sequence() + 1, index, cut.lastTerm(), false),
                    /* minCapacity= */ 0);
            // Not before: half of a cut that a crash leaves would look like damage.
            cut.cut();
            return addSegment(next);
          });
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    recent.truncateFrom(index);
  }

  @Override
  public void sync() {
    failStop.check();
    if (syncAsked.compareAndSet(false, true)) {
      threads.syncer().execute(this::forceAll);
    }
  }

  @Override
  public long syncedIndex() {
    return tail.syncedIndex();
  }

  @Override
  public void compact(long throughIndex) {
    failStop.check();
    while (segments.size() > 1 && segments.get(0).nextIndex() - 1 <= throughIndex) {
      keeper.retireLater(segments.remove(0));
    }
    recent.removeBelow(firstIndex());
  }

  @Override
  public void reset(long index, long term) {
    failStop.check();
    List<Segment> old = List.copyOf(segments);
    try {
      tail.moveTo(
          () -> {
            Segment first =
                keeper.create(
                    header(active().header().sequence() + 1, index + 1, term, true),
                    /* minCapacity= */ 0);
            segments.clear();
            return addSegment(first);
          });
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    old.forEach(keeper::deleteLater);
    recent.truncateFrom(0);
  }

  @Override
  public long sizeBytes() {
    return segments.stream().mapToLong(Segment::entriesEnd).sum();
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
      bytes += LogRecord.size(entry.data().length);
    }
    return bytes;
  }

  /** Makes everything durable, unless a write or fsync has failed before, and closes. */
  @Override
  public void close() {
    try {
      if (!failStop.hasFailed()) {
        tail.mark();
      }
    } catch (IOException e) {
      throw failStop.failed(e);
    } finally {
      threads.close();
      keeper.close(segments);
    }
  }

  /** What the housekeeper does every {@link LogThreads#TICK}. */
  void tick() {
    keeper.lookAround();
    long writes = tail.writes();
    if (writes == writesAtLastTick && !failStop.hasFailed()) {
      threads.syncer().execute(this::markIdle);
    }
    writesAtLastTick = writes;
  }

  private void forceAll() {
    syncAsked.set(false);
    if (failStop.hasFailed()) {
      return;
    }
    try {
      tail.force();
    } catch (IOException | RuntimeException | Error e) {
      failStop.record(e);
      return;
    }
    done.run();
  }

  private void markIdle() {
    if (failStop.hasFailed()) {
      return;
    }
    try {
      tail.mark();
    } catch (IOException | RuntimeException | Error e) {
      failStop.record(e);
    }
  }

  /** Goes on in a new segment; all before is durable. */
  private void startSegment(int minBytes) throws IOException {
    long minCapacity = SegmentHeader.SIZE + (long) minBytes + LogRecord.OVERHEAD;
    Segment old = active();
    tail.moveTo(
        () ->
            addSegment(
                keeper.create(
                    header(
                        old.header().sequence() + 1,
                        old.nextIndex(),
                        old.lastTerm(),
                        /* supersedes= */ false),
                    minCapacity)));
  }

  private Segment addSegment(Segment segment) {
    segments.add(segment);
    return segment;
  }

  private static SegmentHeader header(
      long sequence, long baseIndex, long baseTerm, boolean supersedes) {
    return new SegmentHeader(
        sequence, baseIndex, baseTerm, supersedes, /* reused= */ false, SALTS.nextLong());
  }

  private Segment active() {
    return segments.get(segments.size() - 1);
  }

  private int find(long index) {
    for (int i = segments.size() - 1; i >= 0; i--) {
      Segment segment = segments.get(i);
      if (index >= segment.header().baseIndex() && index < segment.nextIndex()) {
        return i;
      }
    }
    throw new IndexOutOfBoundsException(
        "no entry " + index + " in " + firstIndex() + ".." + lastIndex());
  }
}
