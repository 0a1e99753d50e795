package hraftd.raft.log;

import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the end of a log made durable on the thread for that: when it is asked for, and with a mark
 * behind it when nothing was written for a while. Asked by the Raft thread and the housekeeper.
 */
final class LogSyncer {
  private final LogTail tail;
  private final Executor thread;
  private final Runnable done;
  private final FailStop failStop;
  private final AtomicBoolean asked = new AtomicBoolean();
  private long writesAtLastTick;

  /**
   * For this end of a log.
   *
   * @param done runs on the thread after each fsync that was asked for
   */
  LogSyncer(LogTail tail, Executor thread, Runnable done, FailStop failStop) {
    this.tail = tail;
    this.thread = thread;
    this.done = done;
    this.failStop = failStop;
  }

  /** Asks for an fsync of all that is written before it begins. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            asked.set(false);
            run(tail::force, done);
          });
    }
  }

  /** Called every {@link LogThreads#TICK}: a log in which nothing was written since gets a mark. */
  void tick() {
    long writes = tail.writes();
    if (writes == writesAtLastTick && !failStop.hasFailed()) {
      thread.execute(() -> run(tail::mark, () -> {}));
    }
    writesAtLastTick = writes;
  }

  private interface Work {
    void run() throws IOException;
  }

  private void run(Work work, Runnable after) {
    if (failStop.hasFailed()) {
      return;
    }
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      failStop.record(e);
      return;
    }
    after.run();
  }
}
