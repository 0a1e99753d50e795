package hraftd;

import hraftd.fatal.FatalErrors;
import hraftd.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the heap the data may take. A process that runs out of heap is lost, and its peers,
 * which hold the same data, right after it; so growing writes are refused while there is still
 * room, as they are for the disk.
 *
 * <p>What counts is what a collection has left. Between two of them nobody knows how much of what
 * has come is alive: when nearly all of the heap is taken, writes wait for a collection, which is
 * then asked for. So is one after deletes have made room: nothing else might collect.
 *
 * <p>One thread looks; any may ask.
 */
final class HeapQuota implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HeapQuota.class);

  /** Little can be written meanwhile. */
  static final Duration INTERVAL = Duration.ofMillis(50);

  /** While so little is taken, garbage or not, the rest cannot be written in a longer interval. */
  private static final double CALM = 0.25;

  static final Duration CALM_INTERVAL = Duration.ofMillis(250);

  /** Taken to such a share, garbage or not, it has to be known what is alive. */
  private static final double UNCERTAIN = 0.90;

  /** It is enough again when so much less is taken: not one write, then none. */
  private static final double EASED = 0.03;

  /** A collection stops everything; one is asked for no sooner than this after the last. */
  private static final Duration FIRST_GAP = Duration.ofMillis(500);

  /**
   * While the newest collection has left less than this part of what is allowed, a heap that looks
   * taken is one with garbage: some collectors let it fill before they begin.
   */
  private static final double SURELY_GARBAGE = 0.5;

  /** While collections do not help they get rarer, down to this. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(60);

  private final @Nullable HeapPool pool;
  private final double share;
  private final LongSupplier revision;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread looking = new Thread(task, "heap-quota");
            looking.setDaemon(true);
            return looking;
          });
  private volatile boolean full;

  // Of the thread that looks.
  private boolean collected;
  private long collectedAt;
  private long collectedRevision;

  /** Nothing was written between the last two collections. */
  private boolean quiet;

  private Duration gap = FIRST_GAP;
  private Duration next = INTERVAL;

  /**
   * A quota that nobody looks after yet.
   *
   * @param pool null if nothing is known of the heap: then it is never full
   * @param share of the pool, above 0 and at most 1
   * @param revision of the store: when it changes after a long time, something may have been
   *     deleted
   */
  HeapQuota(@Nullable HeapPool pool, double share, LongSupplier revision, LongSupplier nanoTime) {
    this.pool = pool;
    this.share = share;
    this.revision = revision;
    this.nanoTime = nanoTime;
  }

  /** Looks from now on; a quota of the whole heap is none. */
  void start() {
    if (share >= 1) {
      return;
    }
    lookLater(
        FatalErrors.guarded(
            () -> {
              look();
              next = interval();
            },
            e -> LOG.error("the heap could not be looked at", e)));
  }

  private void lookLater(Runnable look) {
    var unused =
        thread.schedule(
            () -> {
              look.run();
              lookLater(look);
            },
            next.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** When to look again. */
  Duration interval() {
    boolean calm = pool != null && pool.used() < CALM * share * pool.max();
    return calm ? CALM_INTERVAL : INTERVAL;
  }

  /** Adds its gauges. */
  void register(Metrics metrics) {
    metrics.gauge(
        "hraftd.heap.live_bytes", "Bytes that the last collection has left", this::liveBytes);
    metrics.gauge(
        "hraftd.heap.limit_bytes",
        "Bytes above which writes that grow are refused",
        this::limitBytes);
  }

  /** True while writes that make the data grow are to be refused. */
  boolean isFull() {
    return full;
  }

  /** Bytes that the last collection has left of what stays. */
  long liveBytes() {
    return pool == null ? 0 : pool.live();
  }

  /** Bytes above which writes that grow are refused. */
  long limitBytes() {
    return pool == null ? 0 : (long) (share * pool.max());
  }

  /** Looks once, and collects if that has to be known. */
  void look() {
    if (pool == null) {
      return;
    }
    boolean tooMuch = isTooMuch(pool);
    boolean uncertain = isUncertain(pool);
    if ((uncertain || tooMuch) && mayCollect()) {
      collect(pool);
      tooMuch = isTooMuch(pool);
      uncertain = isUncertain(pool);
      Duration twice = gap.multipliedBy(2);
      gap = !tooMuch ? FIRST_GAP : twice.compareTo(LONGEST_GAP) < 0 ? twice : LONGEST_GAP;
    }
    show(tooMuch || uncertain, pool);
  }

  private void show(boolean now, HeapPool heap) {
    if (now != full) {
      full = now;
      long live = heap.live() >> 20;
      long max = heap.max() >> 20;
      if (now) {
        LOG.warn("heap nearly full, writes are refused: {} of {} MiB are taken by data", live, max);
      } else {
        LOG.info("enough heap again: {} of {} MiB are taken by data", live, max);
      }
    }
  }

  private boolean isTooMuch(HeapPool heap) {
    return heap.live() >= (full ? share - EASED : share) * heap.max();
  }

  /** Perhaps it is too much, perhaps garbage. */
  private boolean isUncertain(HeapPool heap) {
    if (heap.used() < Math.max(UNCERTAIN, share) * heap.max()) {
      return false; // Mostly: and more is not asked of the machine then.
    }
    boolean garbage = collected && heap.live() < SURELY_GARBAGE * share * heap.max();
    return !isTooMuch(heap) && !garbage;
  }

  /**
   * A collection may show less than the last one even if nothing was deleted meanwhile: what was is
   * freed late (a reader still has it), and what takes heap and is no data (a restore that was
   * given up, bodies, backlogs) goes by itself. Once the gaps are the longest, the first change
   * after a quiet one begins them anew: it may be the delete that makes room.
   */
  private boolean mayCollect() {
    if (!collected) {
      return true;
    }
    if (quiet && gap.equals(LONGEST_GAP) && revision.getAsLong() != collectedRevision) {
      gap = FIRST_GAP;
      quiet = false;
    }
    return nanoTime.getAsLong() - collectedAt >= gap.toNanos();
  }

  private void collect(HeapPool heap) {
    long now = revision.getAsLong();
    quiet = now == collectedRevision;
    collectedRevision = now;
    heap.collect();
    collected = true;
    collectedAt = nanoTime.getAsLong();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
