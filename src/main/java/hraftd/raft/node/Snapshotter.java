package hraftd.raft.node;

import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.RaftSettings;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Raft;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots of the state, by size and by time (dissertation, chapter 5): the Raft thread
 * freezes the state in no time, another thread writes it, then the log behind it goes.
 */
public final class Snapshotter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Snapshotter.class);

  /** After one that failed (a full disk, most likely) the next try comes this much later. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  /** How long a snapshot may wait for one to be sent; behind that the disk matters more. */
  private static final Duration MAX_WAIT_FOR_SENDING = Duration.ofMinutes(1);

  private final RaftSettings settings;
  private final WritableSnapshots archive;
  private final KvState state;
  private final Consumer<Runnable> raftThread;
  private final Consumer<Throwable> fatal;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "snapshot");
            thread.setDaemon(true);
            return thread;
          });
  private long sizeAtLast;
  private long lastAt = System.nanoTime();
  private long dueSince;
  private long notBefore = System.nanoTime();
  private boolean running;

  public Snapshotter(
      RaftSettings settings,
      WritableSnapshots archive,
      KvState state,
      Consumer<Runnable> raftThread,
      Consumer<Throwable> fatal) {
    this.settings = settings;
    this.archive = archive;
    this.state = state;
    this.raftThread = raftThread;
    this.fatal = fatal;
  }

  /** Begins one if it is time. On the Raft thread. */
  public void endOfBatch(Raft raft, long now) {
    if (running || now - notBefore < 0 || !due(raft, now)) {
      return;
    }
    if (raft.role() instanceof Leader leader
        && leader.sendsSnapshot()
        && now - dueSince < MAX_WAIT_FOR_SENDING.toNanos()) {
      return;
    }
    begin(raft, now);
  }

  /** Whether so much was logged, or so much time has gone by, since the last one. */
  private boolean due(Raft raft, long now) {
    SnapshotStore.Meta latest = archive.latest();
    long from = latest == null ? 0 : latest.index();
    // Of a large state more may be logged before it is worth to write all of it again.
    long worth = Math.max(settings.snapshotBytes(), latest == null ? 0 : latest.length());
    boolean bySize = raft.log.sizeBytes() - sizeAtLast >= worth;
    boolean byTime = now - lastAt >= settings.snapshotInterval().toNanos();
    boolean due = raft.appliedIndex() > from && (bySize || byTime) && raft.knowsMembers();
    if (!due) {
      dueSince = now;
    }
    return due;
  }

  private void begin(Raft raft, long now) {
    running = true;
    lastAt = now;
    long index = raft.appliedIndex();
    long term = raft.appliedTerm();
    long clock = state.view().clockMillis();
    Membership membership = raft.configurations.at(index);
    KvState.Frozen frozen = state.freeze();
    writer.execute(
        () -> {
          try {
            SnapshotStore.Meta meta =
                archive.write(index, term, clock, membership, frozen::writeTo);
            raftThread.accept(() -> finished(raft, meta, now));
          } catch (IOException e) {
            // All is as before: the log keeps what the snapshot would have replaced.
            log.warn("no snapshot at index {}, the next try in {}: {}", index, RETRY, e.toString());
            raftThread.accept(this::failed);
          } catch (Throwable t) {
            fatal.accept(t);
          }
        });
  }

  private void finished(Raft raft, SnapshotStore.Meta meta, long began) {
    running = false;
    raft.snapshotTaken(meta, settings.keepEntries());
    sizeAtLast = raft.log.sizeBytes();
    log.info(
        "snapshot at index {}: {} bytes in {} ms, log from {}",
        meta.index(),
        meta.length(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
        raft.log.firstIndex());
  }

  private void failed() {
    running = false;
    notBefore = System.nanoTime() + RETRY.toNanos();
  }

  /** Waits for the one that is being written. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(30, TimeUnit.SECONDS)) {
        log.warn("a snapshot is still being written; it is dropped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
