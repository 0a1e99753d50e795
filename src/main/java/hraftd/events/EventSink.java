package hraftd.events;

/** Where events go. */
@FunctionalInterface
public interface EventSink {

  /**
   * Takes an event; must not block or throw. Any thread calls it, one at a time, in the order of
   * the events' numbers.
   */
  void told(Event event);
}
