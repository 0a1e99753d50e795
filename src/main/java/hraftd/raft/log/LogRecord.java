package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log segment: an entry, or a mark, which says how far the segment was durable and
 * the log committed when it was written, and may fill a page. Stateless.
 *
 * <p>Format 2, big endian, padded with zeros to a multiple of 8 bytes:
 *
 * <pre>
 *  0 int     CRC32C over the segment's salt, the record's offset and the rest of the head
 *  4 int     CRC32C of the data
 *  8 byte    kind: 0xa0 NOOP, 0xa1 COMMAND, 0xa2 MEMBERSHIP, 0xaf a mark,
 *            0xae a mark behind the end, over which the next record will be written
 *  9 byte    length of the head
 * 10 varint  length of the data
 *            entries from the segment's first one to this one (of a mark: to the one before, and that)
 *            offset - witness: up to there the segment was known to be durable
 *            of an entry: term - the segment's base term, clock, sequence
 *            of a mark: the commit index that the node knew; 0: none
 *    long    of an entry: origin
 *            data
 * </pre>
 *
 * A head has 30 to 36 bytes mostly. The salt, which is random, keeps a client from storing a value
 * that looks like a record; the offset keeps a record that ended up elsewhere from counting. The
 * head is checked before its length is believed: else every place where a head seems to be would
 * have all behind it read.
 */
final class LogRecord implements RecordFormat {
  static final RecordFormat FORMAT = new LogRecord();

  /** Bytes of a mark that fills nothing: enough for any. */
  static final int MARK_BYTES = 48;

  private static final int CHECKED_FROM = 4;
  private static final int KIND_AT = 8;
  private static final int HEAD_BYTES_AT = 9;
  private static final int VARINTS_AT = 10;
  private static final int MIN_HEAD_BYTES = VARINTS_AT + 4;
  private static final int KIND_BASE = 0xa0;
  private static final int MARK = 0xaf;
  private static final int MARK_BEHIND = 0xae;

  /** What the kinds are in the file, by place. */
  private static final List<Entry.Kind> KINDS =
      List.of(Entry.Kind.NOOP, Entry.Kind.COMMAND, Entry.Kind.MEMBERSHIP);

  private LogRecord() {}

  /** Bytes that the record of this many bytes of data takes at most. */
  static int maxSize(int dataBytes) {
    return Math.addExact(MAX_HEAD_BYTES + ALIGNMENT - 1, dataBytes) & -ALIGNMENT;
  }

  /**
   * Puts the record of an entry, for this offset in the segment with this header.
   *
   * @return its size
   */
  static int put(ByteBuffer out, SegmentHeader header, long offset, Entry entry, long witness) {
    int at = out.position();
    beginHead(out, KIND_BASE + KINDS.indexOf(entry.kind()));
    putVarint(out, entry.data().length);
    putVarint(out, entry.index() - header.baseIndex());
    putVarint(out, offset - witness);
    putVarint(out, entry.term() - header.baseTerm());
    putVarint(out, entry.clock());
    putVarint(out, entry.sequence());
    out.putLong(entry.origin());
    return finish(out, at, header, offset, entry.data());
  }

  /**
   * Puts a mark between records.
   *
   * @param lastIndex of the entry before it
   * @param committed the newest entry known to be committed, or 0
   * @param size in bytes, a multiple of {@link #ALIGNMENT}, at least {@link #MARK_BYTES}: what it
   *     has no use for is zeros
   */
  static void putMark(
      ByteBuffer out,
      SegmentHeader header,
      long offset,
      long lastIndex,
      long committed,
      long witness,
      int size) {
    putMark(out, MARK, header, offset, lastIndex, committed, witness, size);
  }

  /** Puts a mark of {@link #MARK_BYTES} behind the end. */
  static void putMarkBehind(
      ByteBuffer out,
      SegmentHeader header,
      long offset,
      long lastIndex,
      long committed,
      long witness) {
    putMark(out, MARK_BEHIND, header, offset, lastIndex, committed, witness, MARK_BYTES);
  }

  private static void putMark(
      ByteBuffer out,
      int kind,
      SegmentHeader header,
      long offset,
      long lastIndex,
      long committed,
      long witness,
      int size) {
    int at = out.position();
    int padding = size;
    do {
      // The padding's length is part of the head: with less of it the head may be shorter, too.
      padding--;
      out.position(at);
      beginHead(out, kind);
      putVarint(out, padding);
      putVarint(out, lastIndex + 1 - header.baseIndex());
      putVarint(out, offset - witness);
      putVarint(out, committed);
    } while (align(out.position() - at + padding) > size);
    finish(out, at, header, offset, new byte[padding]);
  }

  private static void beginHead(ByteBuffer out, int kind) {
    out.putInt(0).putInt(0).put((byte) kind).put((byte) 0);
  }

  private static int finish(
      ByteBuffer out, int at, SegmentHeader header, long offset, byte[] data) {
    int headBytes = out.position() - at;
    CRC32C ofData = new CRC32C();
    ofData.update(data);
    out.putInt(at + CHECKED_FROM, (int) ofData.getValue());
    out.put(at + HEAD_BYTES_AT, (byte) headBytes);
    out.putInt(at, headChecksum(out, at, headBytes, header, offset));
    out.put(data);
    int size = align(headBytes + data.length);
    while (out.position() - at < size) {
      out.put((byte) 0);
    }
    return size;
  }

  private static int align(int bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  @Override
  public @Nullable RecordHead head(ByteBuffer in, int at, SegmentHeader header, long offset) {
    if (in.limit() - at < MIN_HEAD_BYTES) {
      return null;
    }
    int kind = in.get(at + KIND_AT) & 0xff;
    int headBytes = in.get(at + HEAD_BYTES_AT) & 0xff;
    boolean mark = kind == MARK || kind == MARK_BEHIND;
    if (!(mark || (kind >= KIND_BASE && kind < KIND_BASE + KINDS.size()))
        || headBytes < MIN_HEAD_BYTES
        || headBytes > MAX_HEAD_BYTES
        || headBytes > in.limit() - at
        || in.getInt(at) != headChecksum(in, at, headBytes, header, offset)) {
      return null;
    }
    ByteBuffer fields = in.duplicate().limit(at + headBytes).position(at + VARINTS_AT);
    long dataBytes = varint(fields);
    long entries = varint(fields);
    long witness = offset - varint(fields);
    long third = varint(fields); // the term, or what a mark says is committed
    long clock = mark ? 0 : varint(fields);
    long sequence = mark ? 0 : varint(fields);
    long origin = mark || fields.remaining() != Long.BYTES ? 0 : fields.getLong();
    // What remains has matched its checksum by chance.
    if (fields.hasRemaining()
        || dataBytes < 0
        || dataBytes > Integer.MAX_VALUE - 2 * MAX_HEAD_BYTES
        || entries < 0
        || entries > offset
        || witness < 0
        || witness > offset) {
      return null;
    }
    return new RecordHead(
        mark ? null : KINDS.get(kind - KIND_BASE),
        /* behindEnd= */ kind == MARK_BEHIND,
        header.baseIndex() + entries - (mark ? 1 : 0),
        mark ? 0 : header.baseTerm() + third,
        clock,
        origin,
        sequence,
        mark ? third : 0,
        witness,
        headBytes,
        (int) dataBytes,
        align(headBytes + (int) dataBytes));
  }

  @Override
  public boolean isWhole(
      ByteBuffer in, int at, SegmentHeader header, long offset, RecordHead head) {
    if (head.size() > in.limit() - at) {
      return false;
    }
    int dataAt = at + head.headBytes();
    CRC32C crc = new CRC32C();
    crc.update(in.duplicate().limit(dataAt + head.dataBytes()).position(dataAt));
    return in.getInt(at + CHECKED_FROM) == (int) crc.getValue();
  }

  private static int headChecksum(
      ByteBuffer buffer, int at, int headBytes, SegmentHeader header, long offset) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(header.salt()).putLong(offset).flip());
    crc.update(buffer.duplicate().limit(at + headBytes).position(at + CHECKED_FROM));
    return (int) crc.getValue();
  }

  /** Seven bits a byte, the lowest first; any 64 bits, so that negative numbers are long. */
  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** What {@link #putVarint} has put; at the buffer's end, what is there of it. */
  private static long varint(ByteBuffer in) {
    long value = 0;
    int shift = 0;
    while (in.hasRemaining()) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        break;
      }
      shift += 7;
    }
    return value;
  }
}
