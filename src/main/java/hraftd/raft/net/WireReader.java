package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link WireWriter} has written. Believes nothing: every method throws {@link
 * IllegalArgumentException} if the bytes are not what it reads, and no length is allocated before
 * it is known to be there. For one thread.
 */
final class WireReader {
  /** 64 bits in pieces of 7. */
  static final int MAX_VARINT_BYTES = 10;

  /** {@link NodeId} allows 128 characters; one takes at most three bytes in UTF-8. */
  private static final int MAX_ID_BYTES = 3 * 128;

  private static final int MAX_ID_CHARS = 128;

  private final byte[] bytes;
  private int position;

  WireReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int remaining() {
    return bytes.length - position;
  }

  byte getByte() {
    check(position < bytes.length, "cut off");
    return bytes[position++];
  }

  boolean getBoolean() {
    byte value = getByte();
    check(value == 0 || value == 1, "neither true nor false");
    return value == 1;
  }

  int getInt() {
    check(remaining() >= Integer.BYTES, "cut off");
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << 8 | (bytes[position++] & 0xFF);
    }
    return value;
  }

  long getLong() {
    check(remaining() >= Long.BYTES, "cut off");
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (bytes[position++] & 0xFF);
    }
    return value;
  }

  long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 7 * MAX_VARINT_BYTES; shift += 7) {
      byte next = getByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  /**
   * How many things follow.
   *
   * @param minBytes what each of them takes at least
   */
  int getCount(int minBytes) {
    long count = getVarint();
    check(count >= 0 && count <= remaining() / minBytes, "more announced than there is");
    return (int) count;
  }

  byte[] getBytes() {
    int length = getCount(1);
    byte[] value = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return value;
  }

  String getText(int maxBytes) {
    int length = getCount(1);
    check(length <= maxBytes, "a text is too long");
    ByteBuffer text = ByteBuffer.wrap(bytes, position, length);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a text is not UTF-8", e);
    }
  }

  NodeId getNode() {
    String id = getText(MAX_ID_BYTES);
    check(!id.isEmpty() && id.length() <= MAX_ID_CHARS, "an id is empty or too long");
    return new NodeId(id, getLong());
  }

  /** Passes over so many bytes, which are there. */
  void skip(int count) {
    check(0 <= count && count <= remaining(), "cut off");
    position += count;
  }

  static void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }
}
