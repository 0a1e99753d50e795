package hraftd.raft.net;

import hraftd.raft.WireFormat;
import java.util.zip.CRC32C;

/**
 * What is around the messages on a connection: four bytes with the length of the body, four with
 * the CRC32C of that length and the body, the body. The first one on a connection has no body: it
 * shows that whoever has opened it speaks as a node does, at the cost of a few bytes. In the format
 * of hraftd 1.0 there is neither a checksum nor an empty frame. Stateless, for any thread.
 *
 * <p>TCP's own checksum misses one flipped packet in 65,536, and what is between two nodes may
 * compute it anew: without one of ours, a bit that flips there would be stored.
 */
final class Frame {

  /** The length, which is before every body. */
  private static final int LENGTH_BYTES = Integer.BYTES;

  private Frame() {}

  /** True if there are checksums, and an {@link #opening}. */
  static boolean isChecked(WireFormat format) {
    return format.covers(WireFormat.V3);
  }

  private static int headerBytes(WireFormat format) {
    return isChecked(format) ? LENGTH_BYTES + Integer.BYTES : LENGTH_BYTES;
  }

  /** What whoever has opened a connection says first, if {@link #isChecked}. */
  static WireWriter opening(WireFormat format) {
    WireWriter out = new WireWriter();
    begin(out, format);
    finish(out, format);
    return out;
  }

  /** Starts a frame: the body is to be put behind what this puts. */
  static void begin(WireWriter out, WireFormat format) {
    out.clear();
    for (int i = 0; i < headerBytes(format); i++) {
      out.putByte(0);
    }
  }

  /** Fills in the header of the frame that {@code out} holds. */
  static void finish(WireWriter out, WireFormat format) {
    int length = out.size() - headerBytes(format);
    out.setInt(0, length);
    if (isChecked(format)) {
      out.setInt(LENGTH_BYTES, checksum(length, out.array(), headerBytes(format)));
    }
  }

  /**
   * The checksum of a frame.
   *
   * @param length of the body
   * @param bytes where the body is, from the offset on
   */
  static int checksum(int length, byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(length >>> shift);
    }
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
