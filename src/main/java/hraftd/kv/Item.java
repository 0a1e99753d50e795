package hraftd.kv;

/**
 * What the store holds under a key. Immutable; the array is shared, never changed.
 *
 * @param key the key
 * @param value the value's bytes
 * @param version the store's revision that wrote it last
 * @param expiresAt the store clock, in milliseconds, from which on the key may be expired; 0: never
 */
@SuppressWarnings("ArrayRecordComponent") // shared, not copied; never compared
public record Item(Key key, byte[] value, long version, long expiresAt) {

  /** The longest value, in bytes. */
  public static final int MAX_VALUE_BYTES = 1 << 20;
}
