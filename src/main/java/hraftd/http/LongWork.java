package hraftd.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what takes longer than most, in turn and on a few of a pool's threads at a time: however
 * much of it there is, the others are left for what is short. What is given must not block.
 */
final class LongWork implements Executor {

  /** More would only divide the processors among themselves, and hold more memory meanwhile. */
  private static final int MAX_AT_A_TIME =
      Math.max(1, Math.min(HttpServer.MIN_THREADS - 1, Runtime.getRuntime().availableProcessors()));

  private final Executor pool;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  // Given and not yet done: those beyond the first few wait.
  private final AtomicInteger given = new AtomicInteger();

  LongWork(Executor pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable work) {
    waiting.add(work);
    if (given.getAndIncrement() < MAX_AT_A_TIME) {
      pool.execute(this::next);
    }
  }

  private void next() {
    try {
      waiting.remove().run();
    } finally {
      if (given.getAndDecrement() > MAX_AT_A_TIME) {
        pool.execute(this::next);
      }
    }
  }
}
