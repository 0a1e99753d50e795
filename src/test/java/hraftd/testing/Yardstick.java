package hraftd.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tells how much slower this machine is at this moment than with two processors and nothing else to
 * do: a bound on time, stretched by that, judges the program and not its neighbours. Any thread.
 */
public final class Yardstick {

  /** The processors that the bounds are meant for. */
  private static final int PROCESSORS = 2;

  /** Much longer than the scheduler's turns, and short enough to be asked before and after. */
  private static final Duration WORK = Duration.ofMillis(25);

  private Yardstick() {}

  /** 1 with two idle processors, 2 with one of them or with two others at work, and so on. */
  public static double slowness() {
    List<Turn> turns = IntStream.range(0, PROCESSORS).mapToObj(i -> new Turn()).toList();
    turns.forEach(Thread::start);
    double sum = 0;
    for (Turn turn : turns) {
      try {
        turn.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      sum += turn.slowness;
    }
    return Math.max(1, sum / PROCESSORS);
  }

  /** A bound, stretched by the slowness that was measured around what it is for. */
  public static Duration stretched(Duration bound, double... slowness) {
    double most = 1;
    for (double each : slowness) {
      most = Math.max(most, each);
    }
    return Duration.ofNanos((long) (bound.toNanos() * most));
  }

  /** Works for some processor time and compares that with the clock on the wall. */
  private static final class Turn extends Thread {
    private double slowness;

    Turn() {
      super("yardstick");
      setDaemon(true);
    }

    @Override
    public void run() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long begin = System.nanoTime();
      long used = 0;
      long before = threads.getCurrentThreadCpuTime();
      while (used < WORK.toNanos()) {
        used = threads.getCurrentThreadCpuTime() - before;
      }
      slowness = (double) (System.nanoTime() - begin) / used;
    }
  }
}
