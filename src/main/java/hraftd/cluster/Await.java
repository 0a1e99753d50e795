package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Waits with a deadline, on the threads where that is allowed and by their clock. */
final class Await {

  /** How often a condition of another thread is looked at again. */
  private static final Duration POLL = Duration.ofMillis(20);

  /** An answer may take so long at least, if the request has as much time left. */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(5);

  /** It may take this part of what the request has left, if that is more. */
  private static final int PARTS = 3;

  private final ClusterThreads threads;

  Await(ClusterThreads threads) {
    this.threads = threads;
  }

  /** Where it waits. */
  ClusterThreads threads() {
    return threads;
  }

  /** Now, on the clock of the deadlines. */
  long nanoTime() {
    return threads.nanoTime();
  }

  /** The deadline that lies so far from now. */
  Deadline after(Duration timeout) {
    return new Deadline(nanoTime() + timeout.toNanos());
  }

  /**
   * Until when one node's answer is waited for: there is time left then to go on without that
   * answer, or to say whose is missing. Who gives a request more time gives more to each answer, as
   * machines may be slow.
   */
  Deadline forAnAnswer(Deadline request) {
    Duration part = remaining(request).dividedBy(PARTS);
    return request.orEarlier(after(part.compareTo(ANSWER_TIME) > 0 ? part : ANSWER_TIME));
  }

  /** What is left; zero when it has passed, never negative. */
  Duration remaining(Deadline deadline) {
    return Duration.ofNanos(Math.max(0, deadline.nanoTime() - nanoTime()));
  }

  /** True once it has passed. */
  boolean isOver(Deadline deadline) {
    return deadline.nanoTime() - nanoTime() <= 0;
  }

  /**
   * The future's result.
   *
   * @throws ClusterException {@code TIMEOUT} when the deadline passes, {@code SHUTTING_DOWN} when
   *     the thread is told to stop
   * @throws RuntimeException what the future failed with
   */
  <T> T result(CompletableFuture<T> future, Deadline deadline, String what) {
    try {
      return threads.get(future, remaining(deadline));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException(Kind.TIMEOUT, "time is over while waiting for " + what);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Waits until the condition holds; false if the deadline passed first. */
  boolean until(BooleanSupplier condition, Deadline deadline) {
    while (!condition.getAsBoolean()) {
      if (isOver(deadline)) {
        return false;
      }
      pause(POLL);
    }
    return true;
  }

  /** Lets some time pass between two attempts. */
  void pause(Duration time) {
    try {
      threads.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Takes a lock; false if the deadline passed first.
   *
   * @throws ClusterException {@code SHUTTING_DOWN} when the thread is told to stop
   */
  boolean lock(ReentrantLock lock, Deadline deadline) {
    try {
      return threads.lock(lock, remaining(deadline));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static ClusterException interrupted() {
    Thread.currentThread().interrupt();
    return new ClusterException(Kind.SHUTTING_DOWN, "this node is shutting down");
  }
}
