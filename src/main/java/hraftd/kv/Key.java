package hraftd.kv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A key: bytes in the order of their unsigned values, which for UTF-8 is the order of code points.
 * Immutable as long as nobody changes the array it was made from.
 *
 * @param bytes not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Key(byte[] bytes) implements Comparable<Key> {

  /** The longest key, in bytes. */
  public static final int MAX_BYTES = 4096;

  /** The key whose bytes are this text's UTF-8. */
  public static Key of(String text) {
    return new Key(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text; only what is valid UTF-8 comes back as it went in. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** True if this key begins with all of the other's bytes. */
  public boolean startsWith(Key prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  /** Unsigned, byte by byte; a prefix comes before what it begins. */
  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text, for logs and tests. */
  @Override
  public String toString() {
    return text();
  }
}
