package hraftd.raft.net;

import java.util.zip.CRC32C;

/**
 * What is around the messages on a connection: four bytes with the length of the body, four with
 * the CRC32C of that length and the body, the body. The first one on a connection has no body: it
 * shows that whoever has opened it speaks as a node does, at the cost of a few bytes. Stateless,
 * for any thread.
 *
 * <p>TCP's own checksum misses one flipped packet in 65,536, and what is between two nodes may
 * compute it anew: without one of ours, a bit that flips there would be stored.
 */
final class Frame {

  /** Length and checksum. */
  static final int HEADER_BYTES = 2 * Integer.BYTES;

  private Frame() {}

  /** What whoever has opened a connection says first. */
  static WireWriter opening() {
    WireWriter out = new WireWriter();
    begin(out);
    finish(out);
    return out;
  }

  /** Starts a frame: the body is to be put behind what this puts. */
  static void begin(WireWriter out) {
    out.clear();
    out.putInt(0);
    out.putInt(0);
  }

  /** Fills in the header of the frame that {@code out} holds. */
  static void finish(WireWriter out) {
    int length = out.size() - HEADER_BYTES;
    out.setInt(0, length);
    out.setInt(Integer.BYTES, checksum(length, out.array(), HEADER_BYTES));
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
