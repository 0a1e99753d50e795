package hraftd.http.api;

import hraftd.kv.KvView;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The views that listings under way still show. A view keeps what has been overwritten since alive,
 * so there are few, and none for long. Thread-safe.
 */
final class OpenListings {

  /** Views kept at a time; the one unused for longest goes first. */
  static final int MAX_VIEWS = 64;

  /** A view that nobody has asked for during this time goes. */
  static final Duration MAX_AGE = Duration.ofSeconds(60);

  /** A view goes when so many bytes have been written since: it may keep as many alive. */
  static final long MAX_WRITTEN_BYTES = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** How often it is looked whether views have to go. */
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private record Held(KvView view, long usedAt, long writtenBefore) {}

  private final LongSupplier nanoTime;
  private final LongSupplier written;

  // Oldest use first. Guarded by this.
  private final Map<Long, Held> held = new LinkedHashMap<>();
  private boolean sweeping;

  /**
   * No open listings.
   *
   * @param written how many bytes have been written to the store so far
   */
  OpenListings(LongSupplier nanoTime, LongSupplier written) {
    this.nanoTime = nanoTime;
    this.written = written;
  }

  /** Keeps a view that a cursor has been given for. */
  synchronized void keep(KvView view) {
    forgetOld();
    Held before = held.remove(view.revision());
    long writtenBefore = before == null ? written.getAsLong() : before.writtenBefore;
    held.put(view.revision(), new Held(view, nanoTime.getAsLong(), writtenBefore));
    if (held.size() > MAX_VIEWS) {
      Iterator<Long> oldest = held.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    sweepLater();
  }

  /** The view of a revision; null if it is not kept any more. */
  synchronized @Nullable KvView find(long revision) {
    forgetOld();
    Held found = held.get(revision);
    return found == null ? null : found.view;
  }

  private void forgetOld() {
    long now = nanoTime.getAsLong();
    long writtenNow = written.getAsLong();
    held.values()
        .removeIf(
            view ->
                now - view.usedAt > MAX_AGE.toNanos()
                    || writtenNow - view.writtenBefore > MAX_WRITTEN_BYTES);
  }

  /** So that views go even if nobody lists anything any more. */
  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      Executor later = CompletableFuture.delayedExecutor(SWEEP.toMillis(), TimeUnit.MILLISECONDS);
      later.execute(this::sweep);
    }
  }

  private synchronized void sweep() {
    sweeping = false;
    forgetOld();
    if (!held.isEmpty()) {
      sweepLater();
    }
  }
}
