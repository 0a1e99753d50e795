package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.cluster.ClusterThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** The threads of one life of a simulated process but for its Raft thread. */
final class SimTasks implements ClusterThreads {

  /** How late a thread may be at what it could do. */
  private static final long LATENCY = MILLI;

  private final SimCluster cluster;
  private final SimClock clock;
  private final Set<SimTask> tasks = new LinkedHashSet<>();
  private final List<Runnable> held = new ArrayList<>();
  private boolean alive = true;
  private boolean paused;

  /** By this clock, which is the machine's. */
  SimTasks(SimCluster cluster, SimClock clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  boolean alive() {
    return alive;
  }

  /** They stand still, or go on. */
  void pause(boolean on) {
    paused = on;
    if (!on) {
      List<Runnable> late = List.copyOf(held);
      held.clear();
      late.forEach(what -> later(latency(), what));
    }
  }

  /** The process ends, whatever it is at. */
  void end() {
    alive = false;
    held.clear();
    List.copyOf(tasks).forEach(SimTask::end);
    tasks.clear();
  }

  private long latency() {
    return cluster.random.nextLong(LATENCY);
  }

  /** Does something on the simulation's thread, if the process lives then. */
  void later(long delay, Runnable what) {
    cluster.after(delay, () -> now(what));
  }

  private void now(Runnable what) {
    if (alive && paused) {
      held.add(what);
    } else if (alive) {
      what.run();
    }
  }

  private void run(SimTask task) {
    task.run();
    if (task.done()) {
      tasks.remove(task);
    }
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public Clock wallClock() {
    return Clock.fixed(Instant.EPOCH.plusMillis(cluster.elapsedMillis()), ZoneOffset.UTC);
  }

  @Override
  public void execute(Runnable request) {
    if (!alive || tasks.size() >= MAX_REQUESTS) {
      throw new RejectedExecutionException();
    }
    SimTask task = new SimTask(request);
    tasks.add(task);
    later(latency(), () -> run(task));
  }

  @Override
  public void every(Duration interval, Runnable task) {
    later(
        interval.toNanos() + latency(),
        () -> {
          try {
            task.run();
          } catch (SimTask.Ended e) {
            return;
          }
          every(interval, task);
        });
  }

  @Override
  public <T> T get(CompletableFuture<T> future, Duration time)
      throws ExecutionException, TimeoutException, InterruptedException {
    long until = nanoTime() + time.toNanos();
    while (!future.isDone()) {
      if (until - nanoTime() <= 0) {
        throw new TimeoutException();
      }
      SimTask task = SimTask.current();
      Object reason = new Object();
      var unused = future.whenComplete((result, why) -> wake(task, reason, latency()));
      wake(task, reason, until - nanoTime());
      task.waitFor(reason);
    }
    return future.get();
  }

  private void wake(SimTask task, Object reason, long delay) {
    later(
        delay,
        () -> {
          if (task.isWaitingFor(reason)) {
            run(task);
          }
        });
  }

  @Override
  public void sleep(Duration time) {
    SimTask task = SimTask.current();
    Object reason = new Object();
    wake(task, reason, time.toNanos() + latency());
    task.waitFor(reason);
  }

  @Override
  public boolean lock(ReentrantLock lock, Duration time) {
    long until = nanoTime() + time.toNanos();
    while (!lock.tryLock()) {
      if (until - nanoTime() <= 0) {
        return false;
      }
      sleep(Duration.ofMillis(1));
    }
    return true;
  }

  @Override
  public void close() {}
}
