package hraftd.raft.log;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** A thread that works when the test says so. */
public final class ManualThread implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** True if it has nothing to do. */
  public boolean isIdle() {
    return tasks.isEmpty();
  }

  /** Runs what was asked for, in order. */
  public void run() {
    Runnable task = tasks.poll();
    while (task != null) {
      task.run();
      task = tasks.poll();
    }
  }

  /** Forgets what was asked for: the process ended. */
  public void clear() {
    tasks.clear();
  }
}
