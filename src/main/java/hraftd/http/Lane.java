package hraftd.http;

import hraftd.fatal.FatalErrors;
import hraftd.text.BoundedLog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Runs what it is given one after the other on a thread of a pool. The Raft thread completes many
 * requests at a time; handing each to a thread of its own would wake a thread for each, and doing
 * the work itself would keep it from its own. Here the first wakes one thread and the others follow
 * on it. What is given must not block.
 */
final class Lane implements Executor {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Lane.class));

  private final HttpThreads pool;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  Lane(HttpThreads pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (size.getAndIncrement() == 0) {
      pool.execute(() -> pool.answer(this::drain));
    }
  }

  private void drain() {
    do {
      Runnable task = tasks.remove();
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        FatalErrors.check(e);
        LOG.defect("a reply failed{}", "", e);
      }
    } while (size.decrementAndGet() > 0);
  }
}
