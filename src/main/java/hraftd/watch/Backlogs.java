package hraftd.watch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has what exists sent to those who want it, a batch to each in turn: a large store sent at once
 * would keep a thread of the server for seconds. Their batches are made for each of them alone, so
 * what all of them hold is bounded: beyond that they wait until others have taken theirs.
 * Thread-safe.
 */
final class Backlogs {

  private final Executor executor;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /**
   * No backlogs.
   *
   * @param executor runs one piece of work after the other
   * @param maxBytes that batches may hold, but for the last one
   */
  Backlogs(Executor executor, long maxBytes) {
    this.executor = executor;
    this.maxBytes = maxBytes;
  }

  /** Runs the work that makes the next batch when it is its turn. */
  void takeTurn(Runnable work) {
    executor.execute(() -> runOrWait(work));
  }

  private void runOrWait(Runnable work) {
    if (bytes.get() > maxBytes) {
      waiting.add(work);
      // What was held may have been released in between.
      wakeWaiting();
    } else {
      work.run();
    }
  }

  /** A batch is made; {@link #release} must follow. */
  void hold(long size) {
    bytes.addAndGet(size);
  }

  /** A batch is gone. */
  void release(long size) {
    bytes.addAndGet(-size);
    wakeWaiting();
  }

  private void wakeWaiting() {
    while (bytes.get() <= maxBytes) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
      takeTurn(next);
    }
  }
}
