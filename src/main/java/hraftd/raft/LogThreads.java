package hraftd.raft;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a {@link DurableLog}: one that forces, and one that keeps house (creates the next
 * segment, deletes old ones, looks at the free space), because what it does may take long.
 */
final class LogThreads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogThreads.class);

  /** How often the housekeeper looks around: a full disk is noticed within this time. */
  static final Duration TICK = Duration.ofMillis(200);

  /** Longer than any healthy disk needs for what is still to be done. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  private final ExecutorService syncer = Executors.newSingleThreadExecutor(named("raft-log-sync"));
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(named("raft-log-keeper"));

  /** Where fsyncs run. */
  Executor syncer() {
    return syncer;
  }

  /** Where housekeeping runs, in the order in which it was asked for. */
  Executor keeper() {
    return keeper;
  }

  /** Runs the task on the housekeeper's thread every {@link #TICK}. */
  @SuppressWarnings("FutureReturnValueIgnored") // the task reports its own failures
  void everyTick(Runnable task) {
    keeper.scheduleWithFixedDelay(task, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Lets both finish what was asked for, and waits for them. */
  @Override
  public void close() {
    keeper.shutdown();
    await(keeper);
    syncer.shutdown();
    await(syncer);
  }

  private static void await(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the disk has not answered for {}: not waiting any longer", STOP_WITHIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
