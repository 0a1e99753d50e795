package hraftd.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters of one name that differ in one label, each made when its value is first seen. Thread-safe.
 *
 * @param <M> what counts or times one of them
 */
public final class Labelled<M> {

  /** Above any number of members and of reasons; what else comes is counted together. */
  static final int MAX_VALUES = 64;

  /** The value of those that came too late to have their own. */
  static final String OTHERS = "others";

  private final Map<String, M> meters = new ConcurrentHashMap<>();
  private final Function<String, M> make;

  Labelled(Function<String, M> make) {
    this.make = make;
  }

  /** The meter of this value of the label. */
  public M of(String value) {
    M known = meters.get(value);
    if (known != null) {
      return known;
    }
    return meters.computeIfAbsent(meters.size() < MAX_VALUES ? value : OTHERS, make);
  }
}
