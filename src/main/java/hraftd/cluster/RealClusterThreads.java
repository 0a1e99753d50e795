package hraftd.cluster;

import hraftd.fatal.FatalErrors;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads and clocks of this process. None is started before there is something to do. */
final class RealClusterThreads implements ClusterThreads {

  private static final Logger LOG = LoggerFactory.getLogger(RealClusterThreads.class);

  /** How long what is under way may take to end: a write to disk. */
  private static final Duration TO_END = Duration.ofSeconds(2);

  private final ThreadPoolExecutor requests =
      new ThreadPoolExecutor(
          0, MAX_REQUESTS, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), daemon("cluster"));

  private final long start = System.nanoTime();

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, daemon("cluster-clock"));

  RealClusterThreads() {
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static ThreadFactory daemon(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Clock wallClock() {
    return Clock.systemUTC();
  }

  @Override
  public void execute(Runnable request) {
    requests.execute(request);
  }

  @Override
  public void every(Duration interval, Runnable task) {
    again(
        interval,
        FatalErrors.guarded(
            task,
            e -> LOG.warn("{} failed and is tried again", task.getClass().getSimpleName(), e)));
  }

  /**
   * Runs it at the next multiple of the interval, and so on. Tasks whose intervals are multiples of
   * each other's run together: an idle node pays for each time that a thread wakes.
   */
  private void again(Duration interval, Runnable task) {
    long nanos = interval.toNanos();
    var unused =
        clock.schedule(
            () -> {
              task.run();
              again(interval, task);
            },
            nanos - (nanoTime() - start) % nanos,
            TimeUnit.NANOSECONDS);
  }

  @Override
  public <T> T get(CompletableFuture<T> future, Duration time)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  @Override
  public boolean lock(ReentrantLock lock, Duration time) throws InterruptedException {
    return lock.tryLock(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    // What the clock runs does not wait, but may be writing: that is left to end.
    clock.shutdown();
    requests.shutdownNow();
    try {
      if (!clock.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)
          || !requests.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("stopping while something about the cluster is still under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
