package hraftd.raft.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a log segment. They are durable before the file gets its name.
 *
 * @param version which {@link RecordFormat} its records have
 * @param sequence the segment's number; they follow each other without a gap
 * @param baseIndex the index of its first entry
 * @param baseTerm the term of the entry before that
 * @param supersedes true if all segments with smaller numbers are void: the log was reset
 * @param reused true if the file was a segment before, whose records are still behind these
 * @param salt random, part of every record's checksum
 * @param capacity how long the file is; 0: not known, as in format 1
 */
record SegmentHeader(
    int version,
    long sequence,
    long baseIndex,
    long baseTerm,
    boolean supersedes,
    boolean reused,
    long salt,
    long capacity) {

  /** Bytes that it takes. */
  static final int SIZE = 64;

  /** The format of hraftd 1.0. */
  static final int FIRST_VERSION = 1;

  /** The format of what is written. */
  static final int VERSION = 2;

  private static final long MAGIC = 0x6872_6166_746c_6f67L;

  // The flags.
  private static final int SUPERSEDES = 1;
  private static final int REUSED = 2;

  /** One of a segment that is to be written; what its file will be is not known yet. */
  SegmentHeader(long sequence, long baseIndex, long baseTerm, boolean supersedes, long salt) {
    this(VERSION, sequence, baseIndex, baseTerm, supersedes, /* reused= */ false, salt, 0);
  }

  /** The same in a file of this length that was a segment before, or was not. */
  SegmentHeader in(long fileBytes, boolean isReused) {
    return new SegmentHeader(
        version, sequence, baseIndex, baseTerm, supersedes, isReused, salt, fileBytes);
  }

  /** The header as {@link #SIZE} bytes. */
  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(SIZE);
    out.putLong(MAGIC).putInt(version);
    out.putInt((supersedes ? SUPERSEDES : 0) | (reused ? REUSED : 0));
    out.putLong(sequence).putLong(baseIndex).putLong(baseTerm).putLong(salt).putLong(capacity);
    out.putInt(SIZE - 4, checksum(out));
    return out.clear();
  }

  /** The header at the start of a segment, or null if it is damaged. Its version may be any. */
  static @Nullable SegmentHeader decode(ByteBuffer in) {
    if (in.limit() < SIZE || in.getInt(SIZE - 4) != checksum(in) || in.getLong(0) != MAGIC) {
      return null;
    }
    int flags = in.getInt(12);
    return new SegmentHeader(
        in.getInt(8),
        in.getLong(16),
        in.getLong(24),
        in.getLong(32),
        (flags & SUPERSEDES) != 0,
        (flags & REUSED) != 0,
        in.getLong(40),
        in.getLong(48));
  }

  private static int checksum(ByteBuffer buffer) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(SIZE - 4).position(0));
    return (int) crc.getValue();
  }
}
