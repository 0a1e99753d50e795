package hraftd.http;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * As many {@link Lane}s as there are processors, but few, which take what comes in turn. The
 * answers that the Raft thread completes at a time would keep one lane busy for longer than it
 * takes to get the next ones, and the other processors idle; more lanes than processors only wake
 * more threads.
 */
final class Lanes implements Executor {

  /** Each that has something to do is another thread to be woken. */
  private static final int MAX_LANES = 4;

  private final Lane[] lanes;
  private final AtomicInteger taken = new AtomicInteger();

  Lanes(HttpThreads pool) {
    int count = Math.min(MAX_LANES, Runtime.getRuntime().availableProcessors());
    lanes = IntStream.range(0, count).mapToObj(i -> new Lane(pool)).toArray(Lane[]::new);
  }

  @Override
  public void execute(Runnable task) {
    lanes[Math.floorMod(taken.getAndIncrement(), lanes.length)].execute(task);
  }
}
