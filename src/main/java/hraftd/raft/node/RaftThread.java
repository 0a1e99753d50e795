package hraftd.raft.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The one thread on which Raft runs, and the bounded queue of what it is to do: it takes all there
 * is and handles it as one batch, so that what the batch gives rise to is sent and made durable
 * once for all. Knows nothing of what the tasks are.
 */
public final class RaftThread implements AutoCloseable {

  /** What happens between the tasks; every method runs on the Raft thread. */
  public interface Loop {

    /** The tasks that have come until now are about to run. */
    default void beginOfBatch() {}

    /**
     * The end of a batch of tasks; without any, when it wants to be called.
     *
     * @return in how many nanoseconds that is at the latest; it may be sooner
     */
    long endOfBatch();

    /** A task or {@link #endOfBatch} has thrown this; nothing runs any more. */
    void failed(Throwable cause);
  }

  /** How much memory the waiting tasks of one kind may hold. For any thread. */
  public static final class Budget {
    private final int bytes;
    private final Semaphore free;

    /** A budget of so many bytes, all of them free. */
    public Budget(int bytes) {
      this.bytes = bytes;
      this.free = new Semaphore(bytes);
    }
  }

  /** How long the thread sleeps at most, whatever the loop says. */
  static final Duration MAX_SLEEP = Duration.ofMillis(100);

  /** Tasks that wait. More than a batch that a busy node has; each takes little memory itself. */
  static final int MAX_TASKS = 8192;

  /** How often somebody who waits for room looks whether the thread is still there. */
  private static final long LIVENESS_CHECK_MILLIS = 50;

  /** For the last batch, which may wait for a slow disk; then the thread is left alone. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final Loop loop;
  private final Thread thread;
  private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(MAX_TASKS);

  /** A task that is only there to end a sleep. */
  @SuppressWarnings("UnnecessaryLambda") // Its name says what it does.
  private static final Runnable NOTHING = () -> {};

  /** What the thread asks of itself while the queue is full. Only the thread uses these. */
  private final Queue<Runnable> overflow = new ArrayDeque<>();

  private final List<Runnable> batch = new ArrayList<>();
  private volatile boolean running = true;

  /** Prepares; tasks may come from now on, and wait for {@link #start}. */
  public RaftThread(String name, Loop loop) {
    this.loop = loop;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Starts it. Once only. */
  public void start() {
    thread.start();
  }

  /**
   * Runs a task on the Raft thread, in the order of the calls of one thread. Blocks while the queue
   * is full, but never the Raft thread itself; after {@link #close} the task is dropped.
   */
  public void execute(Runnable task) {
    if (Thread.currentThread() == thread) {
      if (!tasks.offer(task)) {
        overflow.add(task);
      }
      return;
    }
    boolean interrupted = false;
    while (running) {
      try {
        if (tasks.offer(task, LIVENESS_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Has the loop look for what has come in another way than as a task. Never blocks: while the
   * queue is full the thread does not sleep.
   */
  public void wake() {
    var unused = tasks.offer(NOTHING);
  }

  /**
   * The same for something that takes memory while it waits, and comes from where there may be much
   * of it: blocks also while there is no room in its budget. Not for the Raft thread.
   *
   * @param bytes about what the task holds; more than the budget waits until that is empty
   * @param wanted asked now and then while it waits for room; false: the task is dropped
   */
  public void execute(Budget budget, int bytes, BooleanSupplier wanted, Runnable task) {
    int counted = Math.min(bytes, budget.bytes);
    if (acquire(budget, counted, wanted)) {
      execute(
          () -> {
            budget.free.release(counted);
            task.run();
          });
    }
  }

  private boolean acquire(Budget budget, int bytes, BooleanSupplier wanted) {
    try {
      while (running && wanted.getAsBoolean()) {
        if (budget.free.tryAcquire(bytes, LIVENESS_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void run() {
    try {
      long idle = 0;
      while (running) {
        drain(Math.min(idle, MAX_SLEEP.toNanos()));
        loop.beginOfBatch();
        batch.forEach(Runnable::run);
        idle = loop.endOfBatch();
      }
    } catch (Throwable e) {
      running = false;
      loop.failed(e);
    } finally {
      tasks.clear();
    }
  }

  private void drain(long nanos) throws InterruptedException {
    batch.clear();
    if (overflow.isEmpty()) {
      Runnable first = tasks.poll(nanos, TimeUnit.NANOSECONDS);
      if (first == null) {
        return;
      }
      batch.add(first);
    }
    tasks.drainTo(batch);
    batch.addAll(overflow);
    overflow.clear();
  }

  /**
   * Ends the thread behind the batch that it is at, without interrupting it, which would close the
   * file that the log is writing; waits for that.
   */
  @Override
  public void close() {
    running = false;
    try {
      thread.join(STOP_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
