package hraftd.kv.codec;

import hraftd.kv.Item;
import hraftd.kv.Key;
import java.util.Arrays;

/**
 * Reads the fields that an {@link Encoder} wrote. Every method throws {@link
 * IllegalArgumentException}, naming the field, if the bytes are not such a field: too short, over a
 * limit, or a number written longer than it has to be. One thread.
 */
public final class Decoder {

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads these bytes from the first on; nobody may change them meanwhile. */
  public Decoder(byte[] bytes) {
    this.bytes = bytes;
    end = bytes.length;
  }

  /** True if all bytes were read. */
  public boolean atEnd() {
    return position == end;
  }

  /** Checks that all bytes were read. */
  public void end(String what) {
    if (!atEnd()) {
      throw new IllegalArgumentException(
          what + " followed by " + (end - position) + " bytes that do not belong to it");
    }
  }

  int octet(String what) {
    need(what, 1);
    return bytes[position++] & 0xFF;
  }

  /** A byte that is 0 or 1. */
  public boolean flag(String what) {
    int value = octet(what);
    if (value > 1) {
      throw unknown(what, value);
    }
    return value == 1;
  }

  /** Eight bytes, as {@link Encoder#fixed} writes them. */
  public long fixed(String what) {
    need(what, Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (bytes[position++] & 0xFF);
    }
    return value;
  }

  long varint(String what) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int octet = octet(what);
      long bits = octet & 0x7F;
      if ((octet == 0 && shift > 0) || bits << shift >>> shift != bits) {
        break;
      }
      value |= bits << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException(what + " is not a proper number");
  }

  /** A number that is not negative, in as few bytes as it takes. */
  public long natural(String what) {
    long value = varint(what);
    if (value < 0) {
      throw new IllegalArgumentException(what + " is out of range");
    }
    return value;
  }

  /** A number of things that follow, each of which takes at least one byte. */
  int count(String what) {
    return length(what, Integer.MAX_VALUE);
  }

  Key key(String what) {
    Key key = prefix(what);
    if (key.bytes().length == 0) {
      throw new IllegalArgumentException(what + " is empty");
    }
    return key;
  }

  Key prefix(String what) {
    return new Key(bytes(what, Key.MAX_BYTES));
  }

  byte[] value(String what) {
    return bytes(what, Item.MAX_VALUE_BYTES);
  }

  /** A text of at most so many UTF-16 units. */
  public String text(String what, int maxChars) {
    char[] chars = new char[length(what, maxChars)];
    for (int i = 0; i < chars.length; i++) {
      long unit = varint(what);
      if (unit < Character.MIN_VALUE || unit > Character.MAX_VALUE) {
        throw new IllegalArgumentException(what + " has a character out of range");
      }
      chars[i] = (char) unit;
    }
    return new String(chars);
  }

  static IllegalArgumentException unknown(String what, int value) {
    return new IllegalArgumentException("unknown " + what + " " + value);
  }

  /** At most so many bytes, after their number. */
  public byte[] bytes(String what, int max) {
    int length = length(what, max);
    int from = position;
    position += length;
    return Arrays.copyOfRange(bytes, from, position);
  }

  /** A length in bytes, or in things of at least a byte: never more than there are bytes left. */
  private int length(String what, int max) {
    long length = natural(what);
    if (length > max) {
      throw new IllegalArgumentException(what + " of " + length + ", at most " + max);
    }
    need(what, length);
    return (int) length;
  }

  private void need(String what, long count) {
    if (count > end - position) {
      throw new IllegalArgumentException(what + " is cut off");
    }
  }
}
