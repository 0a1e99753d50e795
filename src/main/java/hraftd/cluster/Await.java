package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits with a deadline, on the threads where that is allowed. */
final class Await {

  /** How often a condition of another thread is looked at again. */
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /**
   * The future's result.
   *
   * @throws ClusterException {@code TIMEOUT} when the deadline passes, {@code SHUTTING_DOWN} when
   *     the thread is told to stop
   * @throws RuntimeException what the future failed with
   */
  static <T> T result(CompletableFuture<T> future, Deadline deadline, String what) {
    try {
      return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
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
  static boolean until(BooleanSupplier condition, Deadline deadline) {
    while (!condition.getAsBoolean()) {
      if (deadline.expired()) {
        return false;
      }
      pause(POLL);
    }
    return true;
  }

  /** Lets some time pass between two attempts. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static ClusterException interrupted() {
    Thread.currentThread().interrupt();
    return new ClusterException(Kind.SHUTTING_DOWN, "this node is shutting down");
  }
}
