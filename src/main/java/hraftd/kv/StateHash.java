package hraftd.kv;

/**
 * A hash of 128 bits over all items and tokens of a store: the sum of a hash of each, so that it
 * does not depend on their order and goes on with each change in constant time. Copies of one
 * revision have the same, unless one of them is not what the log has made of it. It tells defects
 * and broken memory, not forgery. docs/formats.md has its definition.
 *
 * @param high the first half
 * @param low the second half
 */
public record StateHash(long high, long low) {

  /** That of an empty store. */
  public static final StateHash EMPTY = new StateHash(0, 0);

  /** The sum of two, each half modulo 2^64. */
  public StateHash plus(StateHash other) {
    return new StateHash(high + other.high, low + other.low);
  }

  /** As 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
