package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One record of a log segment: an entry, or a mark, which says how far the segment was durable and
 * the log committed when it was written, and may fill a page. Stateless.
 *
 * <p>Format, big endian, padded with zeros to a multiple of 8 bytes:
 *
 * <pre>
 *  0 int   CRC32C over the segment's salt, the record's offset and everything below
 *  4 int   magic
 *  8 int   length of the data
 * 12 int   kind: 0 NOOP, 1 COMMAND, 2 MEMBERSHIP, or MARK
 * 16 long  index (of a mark: of the entry before)
 * 24 long  term (of a mark: the commit index that the node knew; 0: none)
 * 32 long  clock
 * 40 long  origin
 * 48 long  sequence
 * 56 long  witness: the offset up to which the segment was known to be durable
 * 64       data
 * </pre>
 *
 * The salt, which is random, keeps a client from storing a value that looks like a record; the
 * offset keeps a record that ended up elsewhere from counting.
 */
public final class LogRecord {
  /** Bytes of a record without data: also those of a mark. */
  public static final int OVERHEAD = 64;

  /** Records start at multiples of this. */
  static final int ALIGNMENT = 8;

  private static final int MAGIC = 0x6852_4131;
  private static final int MARK = 0x4d41_524b;

  /** What the kinds are in the file, by place. */
  private static final List<Entry.Kind> KINDS =
      List.of(Entry.Kind.NOOP, Entry.Kind.COMMAND, Entry.Kind.MEMBERSHIP);

  private LogRecord() {}

  /** Bytes that the record of this many bytes of data takes. */
  static int size(int dataLength) {
    return Math.addExact(OVERHEAD + ALIGNMENT - 1, dataLength) & -ALIGNMENT;
  }

  /** Puts the record of an entry, for this offset in the segment with this salt. */
  static void put(ByteBuffer out, long salt, long offset, Entry entry, long witness) {
    int at = out.position();
    out.putInt(0).putInt(MAGIC).putInt(entry.data().length).putInt(KINDS.indexOf(entry.kind()));
    out.putLong(entry.index()).putLong(entry.term()).putLong(entry.clock());
    out.putLong(entry.origin()).putLong(entry.sequence()).putLong(witness);
    out.put(entry.data());
    finish(out, at, salt, offset);
  }

  /**
   * Puts a mark.
   *
   * @param committed the newest entry known to be committed, or 0
   * @param size in bytes, a multiple of {@link #ALIGNMENT}: what it has no use for is zeros
   */
  static void putMark(
      ByteBuffer out,
      long salt,
      long offset,
      long lastIndex,
      long committed,
      long witness,
      int size) {
    int at = out.position();
    int padding = size - OVERHEAD;
    out.putInt(0).putInt(MAGIC).putInt(padding).putInt(MARK);
    out.putLong(lastIndex).putLong(committed).putLong(0).putLong(0).putLong(0).putLong(witness);
    out.put(new byte[padding]);
    finish(out, at, salt, offset);
  }

  private static void finish(ByteBuffer out, int at, long salt, long offset) {
    while ((out.position() - at) % ALIGNMENT != 0) {
      out.put((byte) 0);
    }
    out.putInt(at, checksum(out, at, out.position() - at, salt, offset));
  }

  /**
   * True if at this place of the buffer a record of this segment and offset begins and is whole.
   */
  static boolean isWhole(ByteBuffer in, int at, long salt, long offset) {
    if (in.limit() - at < OVERHEAD || in.getInt(at + 4) != MAGIC) {
      return false;
    }
    int dataLength = in.getInt(at + 8);
    if (dataLength < 0 || dataLength > in.limit() - at - OVERHEAD) {
      return false;
    }
    int size = size(dataLength);
    int kind = in.getInt(at + 12);
    return size <= in.limit() - at
        && (kind == MARK || (kind >= 0 && kind < KINDS.size()))
        && in.getInt(at) == checksum(in, at, size, salt, offset);
  }

  /**
   * True if here the beginning of a record stands, whole or not, that may be one of the segment
   * whose first entry has this index: of an entry that can be so far behind it, or of a mark.
   */
  static boolean begins(ByteBuffer in, int at, long baseIndex) {
    if (in.limit() - at < OVERHEAD || in.getInt(at + 4) != MAGIC) {
      return false;
    }
    long entriesBefore = in.getLong(at + 16) - baseIndex;
    return entriesBefore >= 0 && entriesBefore <= at / OVERHEAD;
  }

  /** The length of the whole record's data; only its first {@link #OVERHEAD} bytes are needed. */
  static int dataLength(ByteBuffer in, int at) {
    return in.getInt(at + 8);
  }

  /** True if this whole record is a mark. */
  static boolean isMark(ByteBuffer in, int at) {
    return in.getInt(at + 12) == MARK;
  }

  /** The index in this whole record. */
  static long index(ByteBuffer in, int at) {
    return in.getLong(at + 16);
  }

  /** The term in this whole record. */
  static long term(ByteBuffer in, int at) {
    return in.getLong(at + 24);
  }

  /** The commit index in this whole record, which is a mark. */
  static long committed(ByteBuffer in, int at) {
    return in.getLong(at + 24);
  }

  /** The witness in this whole record. */
  static long witness(ByteBuffer in, int at) {
    return in.getLong(at + 56);
  }

  /** The entry in this whole record, which is no mark. */
  static Entry entry(ByteBuffer in, int at) {
    byte[] data = new byte[dataLength(in, at)];
    in.get(at + OVERHEAD, data);
    return new Entry(
        index(in, at),
        term(in, at),
        KINDS.get(in.getInt(at + 12)),
        in.getLong(at + 32),
        in.getLong(at + 40),
        in.getLong(at + 48),
        data);
  }

  private static int checksum(ByteBuffer buffer, int at, int size, long salt, long offset) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(salt).putLong(offset).flip());
    crc.update(buffer.duplicate().limit(at + size).position(at + 4));
    return (int) crc.getValue();
  }
}
