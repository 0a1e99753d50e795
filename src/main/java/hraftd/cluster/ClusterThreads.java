package hraftd.cluster;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads on which this package works, how it waits on them, and the clocks that they go by. It
 * waits nowhere else, and looks at no other clock, so that the simulation can stand in for both.
 */
public interface ClusterThreads extends AutoCloseable {

  /** How many requests are carried out at the same time: they are rare, and each may wait. */
  int MAX_REQUESTS = 16;

  /** The clock of all deadlines here: as {@link System#nanoTime} is, it means nothing elsewhere. */
  long nanoTime();

  /** The clock for people. */
  Clock wallClock();

  /**
   * Carries out a request, which may wait.
   *
   * @throws RejectedExecutionException if {@link #MAX_REQUESTS} are under way, or this is closed
   */
  void execute(Runnable request);

  /**
   * Runs the task again and again, once in each interval at most; one that fails is tried again.
   * All such tasks run on one thread and must not wait.
   */
  void every(Duration interval, Runnable task);

  /**
   * Waits for a result.
   *
   * @throws ExecutionException if there is none, with what the future failed with
   * @throws TimeoutException if there is none yet when the time is over
   * @throws InterruptedException if the thread is told to stop
   */
  <T> T get(CompletableFuture<T> future, Duration time)
      throws ExecutionException, TimeoutException, InterruptedException;

  /**
   * Lets time pass.
   *
   * @throws InterruptedException if the thread is told to stop
   */
  void sleep(Duration time) throws InterruptedException;

  /**
   * Takes a lock; false if it is not free before the time is over.
   *
   * @throws InterruptedException if the thread is told to stop
   */
  boolean lock(ReentrantLock lock, Duration time) throws InterruptedException;

  /** Tells what is under way to stop, and waits for it, but not for long. */
  @Override
  void close();
}
