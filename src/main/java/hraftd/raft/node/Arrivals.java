package hraftd.raft.node;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Requests on their way from any thread to the Raft thread, which is woken when there are enough of
 * them for it. Owned by the Raft thread but for {@link #add} and {@link #ring}.
 */
final class Arrivals<T> {

  private final Queue<T> queue = new ConcurrentLinkedQueue<>();

  /**
   * How many have rung and were not taken. It is too low while somebody who was taken has not rung:
   * then he rings for the others.
   */
  private final AtomicInteger waiting = new AtomicInteger();

  private volatile int enough = 1;

  /** Takes one in, on any thread. */
  void add(T request) {
    queue.add(request);
  }

  /** Called once behind each {@link #add}, on any thread; true if with it there are enough. */
  boolean ring() {
    return waiting.incrementAndGet() == enough;
  }

  /**
   * From now on so many, at least one, are enough. To be followed by a look at {@link #waiting}: as
   * many may be here already, and nobody rings for those.
   */
  void enough(int count) {
    enough = count;
  }

  boolean areEnough() {
    return waiting.get() >= enough;
  }

  int waiting() {
    return waiting.get();
  }

  /**
   * Takes all.
   *
   * @return how many
   */
  int drain(Consumer<T> to) {
    int taken = 0;
    for (T request = queue.poll(); request != null; request = queue.poll()) {
      to.accept(request);
      taken++;
    }
    waiting.addAndGet(-taken);
    return taken;
  }
}
