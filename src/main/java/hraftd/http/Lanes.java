package hraftd.http;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * As many {@link Lane}s as there are processors, but few, which take what comes in turn: for reads.
 * The answers to all reads of a round would keep one lane busy for longer than it takes to get the
 * next ones, and the other processors idle. Writes have one lane: the clients of several would come
 * back one by one, and Raft would get smaller groups of them.
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
