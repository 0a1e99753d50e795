package hraftd.raft.sim;

import hraftd.raft.Membership;
import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.ManualLogThreads;
import hraftd.raft.log.ManualThread;
import hraftd.raft.log.Segment;
import hraftd.raft.node.ForwardingLog;
import hraftd.raft.node.Stores;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real {@link Stores} on a {@link CrashDisk}: a crash leaves what such a disk may leave, and
 * the node goes on with what its stores make of that.
 */
final class FileStorage implements SimStorage {

  private static final Path DIRECTORY = Path.of("/node");

  /** More than a run writes: when a full disk is tried again is not a matter of simulated time. */
  private static final long RESERVE = 16 << 20;

  private static final int HEADER_BYTES = 64;

  /** About what the log does with the disk when it begins anew. */
  private static final int OPERATIONS_OF_A_RESET = 6;

  private final Random random;
  private final SimSettings settings;
  private final Consumer<Entry> onAppend;
  private final CrashDisk disk;
  private final ManualThread syncer = new ManualThread();
  private final ManualThread keeper = new ManualThread();
  private final ManualLogThreads threads = new ManualLogThreads(syncer, keeper);
  private final WritableSnapshots snapshots = new WatchedSnapshots();
  private boolean offBehindSnapshot;
  private @Nullable Throwable failure;
  private Stores stores;
  private RaftLog log;

  /**
   * Empty.
   *
   * @param random decides what a crash leaves
   * @param settings how much fits into one message
   * @param onAppend hears of every entry before it is appended
   */
  FileStorage(Random random, SimSettings settings, Consumer<Entry> onAppend) {
    this.random = random;
    this.settings = settings;
    this.onAppend = onAppend;
    disk = new CrashDisk(random);
    stores = open();
    log = new WatchedLog(stores.raftLog());
  }

  /** Opens them, and again if the power fails meanwhile, where things happen by chance. */
  private Stores open() {
    while (true) {
      failure = null;
      syncer.clear();
      keeper.clear();
      if (settings.chance() && random.nextInt(4) == 0) {
        disk.powerOffAfter(1 + random.nextInt(40));
      }
      try {
        Stores opened =
            Stores.open(disk, DIRECTORY, options(), threads, () -> {}, this::failed, () -> {});
        disk.powerOffAfter(Integer.MAX_VALUE);
        return opened;
      } catch (IOException | UncheckedIOException e) {
        if (!disk.powerIsOff()) {
          throw new AssertionError("what a crash has left cannot be opened: " + e, e);
        }
        disk.crash();
      }
    }
  }

  private LogOptions options() {
    return new LogOptions(
        settings.segmentBytes(),
        2 * CrashDisk.SECTOR,
        /* cacheBytes= */ 700,
        RESERVE,
        /* keptSegments= */ 2);
  }

  private void failed(Throwable cause) {
    failure = cause;
  }

  /** The log, with limits for what fits into a message, and with somebody who watches it. */
  private final class WatchedLog extends ForwardingLog {

    WatchedLog(RaftLog log) {
      super(log);
    }

    @Override
    public List<Entry> entries(long from, long to, long maxBytes) {
      return super.entries(from, Math.min(to, from + settings.maxEntries() - 1), maxBytes);
    }

    @Override
    public void append(List<Entry> entries) {
      for (Entry entry : entries) {
        onAppend.accept(entry);
        super.append(List.of(entry));
      }
    }
  }

  /** The snapshots, read in small pieces, and with the power lost behind one. */
  private final class WatchedSnapshots implements WritableSnapshots {

    @Override
    public Meta write(
        long index, long term, long clock, Membership membership, ContentWriter content)
        throws IOException {
      return stores.snapshots().write(index, term, clock, membership, content);
    }

    @Override
    public InputStream open(Meta meta) throws IOException {
      return stores.snapshots().open(meta);
    }

    @Override
    public void close() {}

    @Override
    public @Nullable Meta latest() {
      return stores.snapshots().latest();
    }

    @Override
    public @Nullable String check(Disk other) throws InterruptedIOException {
      return stores.snapshots().check(other);
    }

    @Override
    public boolean isDamaged() {
      return stores.snapshots().isDamaged();
    }

    @Override
    public byte @Nullable [] read(long offset, int maxBytes) {
      return stores.snapshots().read(offset, Math.min(maxBytes, settings.pieceBytes()));
    }

    @Override
    public long receive(Meta meta, long offset, byte[] piece) {
      return stores.snapshots().receive(meta, offset, piece);
    }

    @Override
    public boolean acceptReceived(Meta meta, ContentCheck check) {
      boolean accepted = stores.snapshots().acceptReceived(meta, check);
      if (accepted && offBehindSnapshot) {
        offBehindSnapshot = false;
        disk.powerOffAfter(random.nextInt(OPERATIONS_OF_A_RESET));
      }
      return accepted;
    }
  }

  @Override
  public RaftLog log() {
    return log;
  }

  @Override
  public TermStore terms() {
    return stores.terms();
  }

  @Override
  public WritableSnapshots snapshots() {
    return snapshots;
  }

  @Override
  public boolean syncDue() {
    return !syncer.isIdle();
  }

  @Override
  public Runnable sync() {
    return syncer::run;
  }

  @Override
  public void tick() {
    threads.tick();
    keeper.run();
  }

  @Override
  public void nearlyFull(boolean now) {
    disk.setCapacity(now ? disk.used() + RESERVE / 2 : Long.MAX_VALUE / 2);
  }

  @Override
  public void losePowerAfter(int changes) {
    offBehindSnapshot = false;
    disk.powerOffAfter(changes);
  }

  @Override
  public void losePowerBehindSnapshot() {
    offBehindSnapshot = true;
  }

  @Override
  public boolean lost() {
    boolean off = disk.powerIsOff();
    if (failure != null && !off) {
      throw new AssertionError("a store has failed: " + failure, failure);
    }
    return off;
  }

  @Override
  public void rot() {
    disk.restart(/* keepFaults= */ false);
    offBehindSnapshot = false;
    try {
      List<Path> segments =
          disk.files().stream()
              .filter(file -> Segment.isName(String.valueOf(file.getFileName())))
              .toList();
      Path file = segments.get(random.nextInt(segments.size()));
      // Not the header of a segment: a node whose log has no beginning is for the operator.
      int bytes = disk.length(file) - HEADER_BYTES;
      if (bytes > 0) {
        disk.flip(file, HEADER_BYTES + random.nextInt(bytes), 1 << random.nextInt(8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stores = open();
    log = new WatchedLog(stores.raftLog());
  }

  @Override
  public void crash(Remains what) {
    offBehindSnapshot = false;
    switch (what) {
      case CHANCE -> {
        if (random.nextBoolean()) {
          disk.restart(/* keepFaults= */ false);
        } else {
          disk.crash();
        }
      }
      case WRITTEN -> disk.restart(/* keepFaults= */ false);
      case SYNCED -> disk.loseUnsynced();
    }
    stores = open();
    log = new WatchedLog(stores.raftLog());
  }
}
