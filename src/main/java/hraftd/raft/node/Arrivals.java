package hraftd.raft.node;

import hraftd.raft.core.PendingRequest;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Requests of one kind on their way from any thread to the Raft thread, which is woken when there
 * are enough of them for it. Owned by the Raft thread but for {@link #add}.
 */
final class Arrivals<R extends PendingRequest<?>> {

  private final Queue<R> queue = new ConcurrentLinkedQueue<>();

  /**
   * How many were added and not taken. It is too low while somebody who was taken has not counted
   * himself: then he calls for the others.
   */
  private final AtomicInteger waiting = new AtomicInteger();

  private volatile int enough = 1;

  /**
   * Takes one in, on any thread.
   *
   * @return true if with it there are enough
   */
  boolean add(R request) {
    queue.add(request);
    return waiting.incrementAndGet() == enough;
  }

  /**
   * From now on so many, at least one, are enough. To be followed by a look at {@link #areEnough}:
   * as many may be here already, and nobody calls for those.
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
  int drain(Consumer<? super R> to) {
    int taken = 0;
    for (R request = queue.poll(); request != null; request = queue.poll()) {
      to.accept(request);
      taken++;
    }
    waiting.addAndGet(-taken);
    return taken;
  }

  /** Drops those that are done. */
  void sweep() {
    int dropped = 0;
    for (Iterator<R> all = queue.iterator(); all.hasNext(); ) {
      if (all.next().isDone()) {
        all.remove();
        dropped++;
      }
    }
    waiting.addAndGet(-dropped);
  }
}
