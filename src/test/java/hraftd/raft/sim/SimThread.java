package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * The Raft thread of a simulated process: takes what has come as a batch, or a part of that, sooner
 * or later, and may be stuck for a while.
 */
final class SimThread {

  /** How often it looks whether it may go on. */
  private static final long TICK = 5 * MILLI;

  /** What the real one sleeps at most. */
  private static final long MAX_SLEEP = 100 * MILLI;

  private static final int MAX_BATCH = 40;

  /** What a batch takes at most, if more has come meanwhile. */
  private static final long MAX_WORK = MILLI / 10;

  private final SimCluster cluster;
  private final Random random;
  private final SimProcess process;
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  /** How long it takes at most until it looks at what has come. */
  private final long latency;

  /** The last time that it was told when to run next: what it was told before is void. */
  private long turn;

  private long runsAt;
  private long stuckUntil;

  SimThread(SimCluster cluster, SimProcess process) {
    this.cluster = cluster;
    this.random = cluster.random;
    this.process = process;
    latency = cluster.oneOf(cluster.settings.pace().latencies());
    stuckUntil = cluster.now();
    runAfter(0);
  }

  /** Runs a task as part of a batch. */
  void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  /** Has it look for what has come, even if that is no task. */
  void wake() {
    long delay = random.nextLong(latency);
    if (cluster.now() + delay - runsAt < 0) {
      runAfter(delay);
    }
  }

  /** From now on it does nothing for so long, as if it waited for a disk. */
  void stick(long nanos) {
    stuckUntil = cluster.now() + nanos;
    wake();
  }

  /** True while it waits. */
  boolean stuck() {
    return stuckUntil - cluster.now() > 0;
  }

  private void runAfter(long delay) {
    long now = ++turn;
    runsAt = cluster.now() + delay;
    cluster.after(
        delay,
        () -> {
          if (turn == now && process.alive()) {
            run();
          }
        });
  }

  private void run() {
    if (process.paused()) {
      runAfter(TICK);
    } else if (stuckUntil - cluster.now() > 0) {
      runAfter(stuckUntil - cluster.now());
    } else {
      int most = 1 + random.nextInt(MAX_BATCH);
      long idle = process.batch(() -> runSome(most));
      runAfter(tasks.isEmpty() ? Math.min(idle, MAX_SLEEP) : random.nextLong(MAX_WORK));
    }
  }

  private void runSome(int most) {
    for (int i = 0; i < most && !tasks.isEmpty(); i++) {
      tasks.remove().run();
    }
  }
}
