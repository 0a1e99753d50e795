package hraftd.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Waiting until this node's copy has reached a revision; no thread waits. Any thread may ask; the
 * futures end on the applying thread, or with a {@link java.util.concurrent.TimeoutException} on a
 * timer.
 */
public final class RevisionGate {

  private record Waiter(long revision, CompletableFuture<Void> future) {}

  private final LongSupplier current;

  // Guarded by itself.
  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>((a, b) -> Long.compare(a.revision, b.revision));

  private volatile long lowest = Long.MAX_VALUE;

  /**
   * A gate for the copy that this history belongs to.
   *
   * @param current the copy's revision
   */
  public RevisionGate(History history, LongSupplier current) {
    this.current = current;
    history.subscribe(this::open);
  }

  /** Completes once the copy's revision is at least this, failing after the timeout. */
  public CompletableFuture<Void> await(long revision, Duration timeout) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    if (current.getAsLong() >= revision) {
      future.complete(null);
      return future;
    }
    Waiter waiter = new Waiter(revision, future);
    synchronized (waiters) {
      waiters.add(waiter);
      lowest = waiters.element().revision;
    }
    future.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    var unused =
        future.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                synchronized (waiters) {
                  waiters.remove(waiter);
                }
              }
            });
    // It may have been reached between the first look and the waiter's entry.
    open();
    return future;
  }

  private void open() {
    long reached = current.getAsLong();
    if (reached < lowest) {
      return;
    }
    List<Waiter> free = new ArrayList<>();
    synchronized (waiters) {
      while (!waiters.isEmpty() && waiters.element().revision <= reached) {
        free.add(waiters.remove());
      }
      lowest = waiters.isEmpty() ? Long.MAX_VALUE : waiters.element().revision;
    }
    free.forEach(waiter -> waiter.future.complete(null));
  }
}
