package hraftd.raft.node;

import hraftd.raft.RaftSettings;
import hraftd.raft.ScrubReport;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.UncachedDisk;
import hraftd.raft.log.SealedSegment;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that the stores hold from time to time, slowly, to find what rots on the disk while it
 * can still be mended out of what is in memory: what is found is told, and mended by {@link
 * Mending}. A thread of its own; {@link #report} may be called by any.
 */
final class Scrubber implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);

  /** One part of so many of the disk's time: nobody else should notice. */
  private static final int SHARE = 50;

  /** Also of a disk that answers at once: the processor is others', too. */
  private static final Duration MIN_PAUSE = Duration.ofMillis(5);

  /** What is shown of what was found: a disk that rots everywhere is not to fill a page. */
  private static final int MAX_WARNINGS = 16;

  /** How often a thread that waits for another one looks whether all is over. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** For how long the end waits for the read that is under way. */
  private static final Duration TO_END = Duration.ofSeconds(5);

  private final Duration interval;
  private final Mending mending;
  private final WritableSnapshots snapshots;
  private final Consumer<Runnable> raftThread;
  private final UncachedDisk disk = new UncachedDisk(this::pause);
  private final Disk unpaced = disk.at(nanos -> {});
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Deque<String> warnings = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "scrub");
  private long rounds;
  private long damages;

  /**
   * Begins, with a first round after an interval: at its start the node has read everything.
   *
   * @param raftThread runs a task on the Raft thread, or drops it at the node's end
   */
  private Scrubber(
      Duration interval,
      Mending mending,
      WritableSnapshots snapshots,
      Consumer<Runnable> raftThread) {
    this.interval = interval;
    this.mending = mending;
    this.snapshots = snapshots;
    this.raftThread = raftThread;
    thread.setDaemon(true);
    thread.start();
  }

  /** One that begins, if these settings want one and there are files; else null. */
  static @Nullable Scrubber of(
      RaftSettings settings, Mending mending, Stores stores, Consumer<Runnable> raftThread) {
    return settings.directory() == null || settings.scrub().isZero()
        ? null
        : new Scrubber(settings.scrub(), mending, stores.snapshots(), raftThread);
  }

  /** What one has found so far; nothing, if there is none. */
  static ScrubReport report(@Nullable Scrubber scrubber) {
    return scrubber == null ? ScrubReport.NONE : scrubber.report();
  }

  /** Closes one, if there is one. */
  static void end(@Nullable Scrubber scrubber) {
    if (scrubber != null) {
      scrubber.close();
    }
  }

  private synchronized ScrubReport report() {
    return new ScrubReport(rounds, damages, List.copyOf(warnings));
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(TO_END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        round();
        synchronized (this) {
          rounds++;
        }
      }
    } catch (InterruptedException | InterruptedIOException e) {
      // The node stops.
    }
  }

  private void round() throws InterruptedIOException {
    for (SealedSegment segment : ask(mending::sealed)) {
      IOException damage = damage(segment);
      if (damage != null && ask(() -> mending.drop(segment))) {
        found(
            Stores.said(damage)
                + ": a snapshot of the state in memory takes the place of the file");
      }
    }
    String snapshot = snapshots.check(disk);
    if (snapshot != null) {
      found(snapshot + ": another snapshot takes its place");
    }
    for (String damaged : ask(() -> mending.smallFiles(unpaced))) {
      found(damaged + ": both copies were written anew");
    }
  }

  private @Nullable IOException damage(SealedSegment segment) throws InterruptedIOException {
    try {
      segment.check(disk);
      return null;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return e;
    }
  }

  private void found(String what) {
    log.warn("scrub: {}. Look at the disk", what);
    synchronized (this) {
      damages++;
      if (warnings.size() == MAX_WARNINGS) {
        warnings.remove();
      }
      warnings.add(
          "damage found at " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ": " + what);
    }
  }

  private <T> T ask(Supplier<T> question) throws InterruptedIOException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    raftThread.accept(() -> answer.complete(question.get()));
    while (closed.getCount() > 0) {
      try {
        return answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // The Raft thread is busy, or the node ends.
      } catch (ExecutionException e) {
        throw new IllegalStateException("never completed so", e);
      } catch (InterruptedException e) {
        break;
      }
    }
    throw new InterruptedIOException("the node stops");
  }

  private void pause(long nanos) throws InterruptedIOException {
    long pause = Math.max(MIN_PAUSE.toNanos(), nanos * (SHARE - 1));
    try {
      if (!closed.await(pause, TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // As if closed.
    }
    throw new InterruptedIOException("the node stops");
  }
}
