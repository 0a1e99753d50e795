package hraftd.kv.state;

import hraftd.kv.StateHash;

/**
 * The {@link StateHash} of items that come and go, as it is by now. An item's hash is linear in its
 * version, so that all items of a copy that was restored get theirs at once. One thread.
 *
 * <p>An item weighs {@code v + version * k} modulo 2^64, in each half: {@code k} is the hash of its
 * key, made odd; {@code v} that of its value, seeded with the key's and its expiry.
 */
final class HashSum {

  /**
   * The sum at one moment. Immutable.
   *
   * @param high the first half
   * @param low the second half
   * @param highPerVersion what the first half grows by if every item's version is greater by one
   * @param lowPerVersion the same of the second
   */
  record Sum(long high, long low, long highPerVersion, long lowPerVersion) {

    static final Sum EMPTY = new Sum(0, 0, 0, 0);

    StateHash hash() {
      return new StateHash(high, low);
    }

    /** The same if all items, which have version 0, had this one. */
    Sum atVersion(long version) {
      return new Sum(
          high + version * highPerVersion,
          low + version * lowPerVersion,
          highPerVersion,
          lowPerVersion);
    }
  }

  private final Murmur3 murmur = new Murmur3();
  private long high;
  private long low;
  private long highPerVersion;
  private long lowPerVersion;

  // The key in question.
  private long keyHigh;
  private long keyLow;

  /** Goes on from this sum. */
  HashSum(Sum from) {
    high = from.high;
    low = from.low;
    highPerVersion = from.highPerVersion;
    lowPerVersion = from.lowPerVersion;
  }

  /** What comes and goes next is under this key. */
  HashSum at(byte[] key) {
    murmur.hash(key, 0, 0);
    keyHigh = murmur.high() | 1;
    keyLow = murmur.low() | 1;
    return this;
  }

  /**
   * An item has come. What its value and expiry weigh is left in {@link #valueHigh} and {@link
   * #valueLow}, for when it goes.
   */
  void add(byte[] value, long version, long expiresAt) {
    murmur.hash(value, keyHigh ^ expiresAt, keyLow);
    high += murmur.high() + version * keyHigh;
    low += murmur.low() + version * keyLow;
    highPerVersion += keyHigh;
    lowPerVersion += keyLow;
  }

  long valueHigh() {
    return murmur.high();
  }

  long valueLow() {
    return murmur.low();
  }

  /** An item has gone, of whose value and expiry this was kept: to read them would cost more. */
  void subtract(long valueHigh, long valueLow, long version) {
    high -= valueHigh + version * keyHigh;
    low -= valueLow + version * keyLow;
    highPerVersion -= keyHigh;
    lowPerVersion -= keyLow;
  }

  Sum done() {
    return new Sum(high, low, highPerVersion, lowPerVersion);
  }
}
