package hraftd.kv.codec;

import hraftd.kv.Item;
import hraftd.kv.Key;
import java.util.Arrays;

/**
 * Writes the fields of a binary form one after the other; {@link Decoder} reads them. One made by
 * {@link #counting} only counts, so that the buffer can have the exact size. One thread.
 *
 * <p>Numbers are varints: seven bits a byte, the lowest first, the high bit set on all but the
 * last. What has a limit is held to it here too: what was written can be read.
 */
public final class Encoder {

  private static final byte[] NO_BUFFER = {};

  private final boolean counting;
  private byte[] buffer;
  private int length;

  private Encoder(boolean counting, byte[] buffer) {
    this.counting = counting;
    this.buffer = buffer;
  }

  static Encoder counting() {
    return new Encoder(true, NO_BUFFER);
  }

  /** One whose buffer has this size and grows when that is not enough. */
  public static Encoder sized(int size) {
    return new Encoder(false, new byte[size]);
  }

  /** How many bytes were written or counted. */
  public int length() {
    return length;
  }

  /** The buffer; only the first {@link #length} bytes mean anything. */
  public byte[] buffer() {
    return buffer;
  }

  /** Forgets what was written and keeps the buffer. */
  public void clear() {
    length = 0;
  }

  /** A number from 0 to 255. */
  void octet(int value) {
    int at = advance(1);
    if (!counting) {
      buffer[at] = (byte) value;
    }
  }

  /** A byte: 1 for true, 0 for false. */
  public void flag(boolean value) {
    octet(value ? 1 : 0);
  }

  /** Eight bytes: for numbers that are random, where a varint would be longer. */
  public void fixed(long value) {
    int at = advance(Long.BYTES);
    if (!counting) {
      for (int i = 0; i < Long.BYTES; i++) {
        buffer[at + i] = (byte) (value >>> (Long.SIZE - 8 - 8 * i));
      }
    }
  }

  /** A number taken as unsigned, in one to ten bytes. */
  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      octet((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    octet((int) rest);
  }

  /**
   * A number that is not negative.
   *
   * @throws IllegalArgumentException if it is
   */
  public void natural(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is negative: " + value);
    }
    varint(value);
  }

  /**
   * A key of 1 to {@link Key#MAX_BYTES} bytes.
   *
   * @throws IllegalArgumentException if it is not
   */
  void key(Key key) {
    if (key.bytes().length == 0) {
      throw new IllegalArgumentException("key is empty");
    }
    prefix(key);
  }

  /**
   * The beginning of a key: 0 to {@link Key#MAX_BYTES} bytes.
   *
   * @throws IllegalArgumentException if it is not
   */
  void prefix(Key prefix) {
    bytes("key", prefix.bytes(), Key.MAX_BYTES);
  }

  /**
   * A value of 0 to {@link Item#MAX_VALUE_BYTES} bytes.
   *
   * @throws IllegalArgumentException if it is longer
   */
  void value(byte[] value) {
    bytes("value", value, Item.MAX_VALUE_BYTES);
  }

  /** A text, char by char: also what is not proper Unicode comes back as it was. */
  public void text(String what, String text, int maxChars) {
    limit(what, text.length(), maxChars);
    varint(text.length());
    for (int i = 0; i < text.length(); i++) {
      varint(text.charAt(i));
    }
  }

  /**
   * Bytes, after their number.
   *
   * @throws IllegalArgumentException if they are more than that
   */
  public void bytes(String what, byte[] bytes, int max) {
    limit(what, bytes.length, max);
    varint(bytes.length);
    int at = advance(bytes.length);
    if (!counting) {
      System.arraycopy(bytes, 0, buffer, at, bytes.length);
    }
  }

  private static void limit(String what, int length, int max) {
    if (length > max) {
      throw new IllegalArgumentException(what + " of " + length + ", at most " + max);
    }
  }

  private int advance(int count) {
    int at = length;
    length = Math.addExact(length, count);
    if (!counting && length > buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * length, Integer.MAX_VALUE - 8));
    }
    return at;
  }
}
