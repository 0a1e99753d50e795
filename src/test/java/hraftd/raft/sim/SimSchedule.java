package hraftd.raft.sim;

import java.util.PriorityQueue;

/** The time of a simulation, and what happens in it when: nothing happens between two events. */
final class SimSchedule {

  /** The clock's values may pass from the largest to the smallest, as System's may. */
  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event o) {
      return at != o.at ? Long.signum(at - o.at) : Long.compare(order, o.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long order;

  /** Nothing is going to happen yet; the time begins with this, in nanoseconds. */
  SimSchedule(long start) {
    now = start;
  }

  long now() {
    return now;
  }

  /** Does something so much later; at the same time what was planned first comes first. */
  void after(long delay, Runnable what) {
    events.add(new Event(now + Math.max(1, delay), order++, what));
  }

  /**
   * Goes on to this time.
   *
   * @param behindEach runs behind each event
   */
  void advance(long until, Runnable behindEach) {
    while (!events.isEmpty() && events.peek().at - until <= 0) {
      Event e = events.remove();
      now = e.at;
      e.what.run();
      behindEach.run();
    }
    now = until;
  }
}
