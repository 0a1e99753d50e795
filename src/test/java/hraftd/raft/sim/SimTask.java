package hraftd.raft.sim;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A task of a simulated process that may wait. It has a thread, since the classes that it runs
 * block one; but that thread and the simulation's never run at the same time: one hands over to the
 * other, so a seed makes the same run every time.
 */
final class SimTask {

  /** Its process has ended: whatever it was at is cut short, as no real thread's work is. */
  static final class Ended extends Error {
    private static final long serialVersionUID = 1;

    Ended() {
      super("the process has ended", null, false, false);
    }
  }

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "simulated");
            thread.setDaemon(true);
            return thread;
          });

  private static final ThreadLocal<SimTask> CURRENT = new ThreadLocal<>();

  private final Runnable work;
  private final Semaphore turn = new Semaphore(0);
  private final Semaphore back = new Semaphore(0);
  private boolean begun;
  private boolean done;
  private boolean ended;
  private @Nullable Throwable failure;
  private @Nullable Object waitsFor;

  SimTask(Runnable work) {
    this.work = work;
  }

  /**
   * The one that runs now.
   *
   * @throws IllegalStateException if none does: what runs must not wait
   */
  static SimTask current() {
    SimTask task = CURRENT.get();
    if (task == null) {
      throw new IllegalStateException("this must not wait");
    }
    return task;
  }

  /** Lets it run until it waits or has ended; on the simulation's thread. */
  void run() {
    if (done) {
      return;
    }
    waitsFor = null;
    if (begun) {
      turn.release();
    } else {
      begun = true;
      THREADS.execute(this::work);
    }
    back.acquireUninterruptibly();
    if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private void work() {
    CURRENT.set(this);
    try {
      work.run();
    } catch (Ended e) {
      // As was asked for.
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      CURRENT.remove();
      done = true;
      back.release();
    }
  }

  /** The simulation goes on until this runs again, for this reason or another; on its thread. */
  void waitFor(Object reason) {
    if (ended) {
      throw new Ended();
    }
    waitsFor = reason;
    back.release();
    turn.acquireUninterruptibly();
    if (ended) {
      throw new Ended();
    }
  }

  /** True while it waits for just this. */
  boolean isWaitingFor(Object reason) {
    return waitsFor == reason;
  }

  boolean done() {
    return done;
  }

  /** It does nothing more; on the simulation's thread. */
  void end() {
    ended = true;
    if (begun) {
      run();
    }
    done = true;
  }
}
