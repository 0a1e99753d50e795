package hraftd.raft.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a log segment. They are durable before the file gets its name.
 *
 * @param sequence the segment's number; they follow each other without a gap
 * @param baseIndex the index of its first entry
 * @param baseTerm the term of the entry before that
 * @param supersedes true if all segments with smaller numbers are void: the log was reset
 * @param reused true if the file was a segment before, whose records are still behind these
 * @param salt random, part of every record's checksum
 */
record SegmentHeader(
    long sequence, long baseIndex, long baseTerm, boolean supersedes, boolean reused, long salt) {

  /** Bytes that it takes. */
  static final int SIZE = 64;

  private static final long MAGIC = 0x6872_6166_746c_6f67L;
  private static final int VERSION = 1;

  // The flags.
  private static final int SUPERSEDES = 1;
  private static final int REUSED = 2;

  /** The same for a file that was a segment before, or was not. */
  SegmentHeader withReused(boolean isReused) {
    return new SegmentHeader(sequence, baseIndex, baseTerm, supersedes, isReused, salt);
  }

  /** The header as {@link #SIZE} bytes. */
  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(SIZE);
    out.putLong(MAGIC).putInt(VERSION);
    out.putInt((supersedes ? SUPERSEDES : 0) | (reused ? REUSED : 0));
    out.putLong(sequence).putLong(baseIndex).putLong(baseTerm).putLong(salt);
    out.putInt(SIZE - 4, checksum(out));
    return out.clear();
  }

  /** The header at the start of a segment, or null if it is damaged. */
  static @Nullable SegmentHeader decode(ByteBuffer in) {
    if (in.limit() < SIZE
        || in.getInt(SIZE - 4) != checksum(in)
        || in.getLong(0) != MAGIC
        || in.getInt(8) != VERSION) {
      return null;
    }
    int flags = in.getInt(12);
    return new SegmentHeader(
        in.getLong(16),
        in.getLong(24),
        in.getLong(32),
        (flags & SUPERSEDES) != 0,
        (flags & REUSED) != 0,
        in.getLong(40));
  }

  private static int checksum(ByteBuffer buffer) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(SIZE - 4).position(0));
    return (int) crc.getValue();
  }
}
