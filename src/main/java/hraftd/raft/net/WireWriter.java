package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds a message's bytes in an array that grows and can be used again. Numbers are unsigned
 * LEB128 of their 64 bits (small ones are short) unless they are random. For one thread.
 */
public final class WireWriter {
  private static final int INITIAL_BYTES = 1024;

  /** An array that one large message has blown up is given back above this. */
  private static final int KEPT_BYTES = 1 << 20;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int size;

  /** Starts over. */
  void clear() {
    size = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[INITIAL_BYTES];
    }
  }

  /** The array; valid up to {@link #size} and until the next call of any other method. */
  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Makes room, once, for what will be written next. */
  void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
    }
  }

  void putByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void putBoolean(boolean value) {
    putByte(value ? 1 : 0);
  }

  /** Four bytes, big end first. */
  void putInt(int value) {
    reserve(Integer.BYTES);
    size += Integer.BYTES;
    setInt(size - Integer.BYTES, value);
  }

  /** Replaces four bytes that were put before. */
  void setInt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }

  /** Eight bytes, big end first. */
  void putLong(long value) {
    reserve(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  void putVarint(long value) {
    reserve(WireReader.MAX_VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** The length and the bytes. */
  void putBytes(byte[] value) {
    putVarint(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /** The length and the bytes in UTF-8. */
  void putText(String value) {
    putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  void putNode(NodeId node) {
    putText(node.id());
    putLong(node.incarnation());
  }
}
