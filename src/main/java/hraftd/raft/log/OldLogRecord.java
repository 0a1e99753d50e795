package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record of a segment of format 1, which hraftd 1.0 writes: only read. One checksum is over all
 * of it, so that its length can be believed only once everything has been read. Stateless.
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
 * 56 long  witness
 * 64       data, then zeros up to a multiple of 8 bytes
 * </pre>
 */
final class OldLogRecord implements RecordFormat {
  static final RecordFormat FORMAT = new OldLogRecord();

  private static final int HEAD_BYTES = 64;
  private static final int MAGIC = 0x6852_4131;
  private static final int MARK = 0x4d41_524b;

  /** What the kinds are in the file, by place. */
  private static final List<Entry.Kind> KINDS =
      List.of(Entry.Kind.NOOP, Entry.Kind.COMMAND, Entry.Kind.MEMBERSHIP);

  private OldLogRecord() {}

  /**
   * The salt alone would tell a record from those of an earlier life of the file, were it not that
   * of 2^32 salts two give the same checksums: so the index must be one that can be so far behind
   * the segment's beginning.
   */
  @Override
  public @Nullable RecordHead head(ByteBuffer in, int at, SegmentHeader header, long offset) {
    if (in.limit() - at < HEAD_BYTES || in.getInt(at + 4) != MAGIC) {
      return null;
    }
    int dataBytes = in.getInt(at + 8);
    int kind = in.getInt(at + 12);
    long index = in.getLong(at + 16);
    long entriesBefore = index - header.baseIndex();
    boolean mark = kind == MARK;
    if (dataBytes < 0
        || dataBytes > Integer.MAX_VALUE - HEAD_BYTES - ALIGNMENT
        || entriesBefore < (mark ? -1 : 0)
        || entriesBefore > offset / HEAD_BYTES
        || !(mark || (kind >= 0 && kind < KINDS.size()))) {
      return null;
    }
    return new RecordHead(
        mark ? null : KINDS.get(kind),
        /* behindEnd= */ false,
        index,
        mark ? 0 : in.getLong(at + 24),
        in.getLong(at + 32),
        in.getLong(at + 40),
        in.getLong(at + 48),
        mark ? in.getLong(at + 24) : 0,
        in.getLong(at + 56),
        HEAD_BYTES,
        dataBytes,
        (HEAD_BYTES + dataBytes + ALIGNMENT - 1) & -ALIGNMENT);
  }

  @Override
  public boolean isWhole(
      ByteBuffer in, int at, SegmentHeader header, long offset, RecordHead head) {
    if (head.size() > in.limit() - at) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(header.salt()).putLong(offset).flip());
    crc.update(in.duplicate().limit(at + head.size()).position(at + 4));
    return in.getInt(at) == (int) crc.getValue();
  }
}
