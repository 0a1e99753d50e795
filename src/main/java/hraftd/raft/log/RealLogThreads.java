package hraftd.raft.log;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two threads of the process. */
public final class RealLogThreads implements LogThreads {
  private static final Logger log = LoggerFactory.getLogger(RealLogThreads.class);

  /** Longer than any healthy disk needs for what is still to be done. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  private final ExecutorService syncer = Executors.newSingleThreadExecutor(named("raft-log-sync"));
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(named("raft-log-keeper"));

  @Override
  public Executor syncer() {
    return syncer;
  }

  @Override
  public Executor keeper() {
    return keeper;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the task reports its own failures
  public void everyTick(Runnable task) {
    keeper.scheduleWithFixedDelay(task, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

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
