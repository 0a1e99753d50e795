package hraftd.raft.snapshot;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The checksums of a snapshot's content, block by block, as it was when it was written or checked
 * as a whole: so that a piece of it can be checked when it is read again. In memory only, four
 * bytes for each {@link #BLOCK_BYTES}. Filled by one thread, then read by any.
 */
final class BlockSums {

  /** Small beside a piece that is sent, and large beside its checksum. */
  static final int BLOCK_BYTES = 1 << 16;

  private final CRC32C crc = new CRC32C();
  private int[] sums = new int[16];
  private int full;
  private int inLast;

  /** Adds what follows in the content. */
  void add(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int step = Math.min(end - at, BLOCK_BYTES - inLast);
      crc.update(bytes, at, step);
      at += step;
      inLast += step;
      if (inLast == BLOCK_BYTES) {
        put();
      }
    }
  }

  /** The content is all there. */
  void end() {
    if (inLast > 0) {
      put();
    }
  }

  private void put() {
    if (full == sums.length) {
      sums = Arrays.copyOf(sums, 2 * full);
    }
    sums[full] = (int) crc.getValue();
    full++;
    crc.reset();
    inLast = 0;
  }

  /**
   * True if these are whole blocks of the content, or end with its end, and are as they were.
   *
   * @param first number of the first block
   */
  boolean match(int first, byte[] blocks) {
    CRC32C now = new CRC32C();
    int block = first;
    for (int at = 0; at < blocks.length; at += BLOCK_BYTES) {
      now.reset();
      now.update(blocks, at, Math.min(BLOCK_BYTES, blocks.length - at));
      if (block >= full || (int) now.getValue() != sums[block]) {
        return false;
      }
      block++;
    }
    return true;
  }
}
