package hraftd.http;

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

  private record Held(KvView view, long usedAt) {}

  private final LongSupplier nanoTime;

  // Oldest use first. Guarded by this.
  private final Map<Long, Held> held = new LinkedHashMap<>();
  private boolean sweeping;

  /** No open listings. */
  OpenListings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Keeps a view that a cursor has been given for. */
  synchronized void keep(KvView view) {
    forgetOld();
    held.remove(view.revision());
    held.put(view.revision(), new Held(view, nanoTime.getAsLong()));
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
    held.values().removeIf(view -> now - view.usedAt > MAX_AGE.toNanos());
  }

  /** So that views go even if nobody lists anything any more. */
  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      Executor later =
          CompletableFuture.delayedExecutor(MAX_AGE.toMillis() + 1, TimeUnit.MILLISECONDS);
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
