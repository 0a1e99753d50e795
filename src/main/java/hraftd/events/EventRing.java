package hraftd.events;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events, as many as fit: those before are forgotten. Each has a position, which counts
 * all that ever came. One thread at a time.
 */
final class EventRing {

  /** About what an event takes besides its bytes. */
  private static final int OVERHEAD_BYTES = 100;

  private static final int FIRST_SLOTS = 256;

  private final long maxBytes;
  private @Nullable Event[] slots = new @Nullable Event[FIRST_SLOTS];
  private long first;
  private long next;
  private long bytes;

  /**
   * An empty ring.
   *
   * @param maxBytes what its events may take in memory; the newest one is kept in any case
   */
  EventRing(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The position of the oldest event that is here; {@link #next} if none is. */
  long first() {
    return first;
  }

  /** The position of the event that comes next. */
  long next() {
    return next;
  }

  void add(Event event) {
    if (next - first == slots.length) {
      grow();
    }
    slots[slot(next)] = event;
    next++;
    bytes += weight(event);
    while (bytes > maxBytes && next - first > 1) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    bytes -= weight(get(first));
    slots[slot(first)] = null;
    first++;
  }

  /** The event at a position that is here. */
  Event get(long position) {
    Event event = position < first || position >= next ? null : slots[slot(position)];
    if (event == null) {
      throw new IndexOutOfBoundsException("no event at " + position);
    }
    return event;
  }

  /**
   * Events from a position on: at least one if there is one, then as many as fit.
   *
   * @param position not before {@link #first}
   */
  List<Event> read(long position, int most) {
    List<Event> read = new ArrayList<>();
    long weight = 0;
    for (long at = position; at < next; at++) {
      Event event = get(at);
      weight += weight(event);
      if (weight > most && !read.isEmpty()) {
        break;
      }
      read.add(event);
    }
    return read;
  }

  private void grow() {
    @Nullable Event[] old = slots;
    slots = new @Nullable Event[old.length * 2];
    for (long at = first; at < next; at++) {
      slots[slot(at)] = old[(int) (at & (old.length - 1))];
    }
  }

  private int slot(long position) {
    return (int) (position & (slots.length - 1));
  }

  /** What an event takes in memory, about. */
  static long weight(Event event) {
    return (long) event.json().length + OVERHEAD_BYTES;
  }
}
