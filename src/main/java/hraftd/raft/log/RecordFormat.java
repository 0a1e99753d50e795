package hraftd.raft.log;

import hraftd.raft.core.Entry;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How the records of a segment are read; stateless, one for each format of segments. */
interface RecordFormat {

  /** Records start at multiples of this, in every format. */
  int ALIGNMENT = 8;

  /** More than the head of any record has, in every format. */
  int MAX_HEAD_BYTES = 64;

  /** What a segment of this format holds. */
  static RecordFormat of(SegmentHeader header) {
    return header.version() == SegmentHeader.FIRST_VERSION ? OldLogRecord.FORMAT : LogRecord.FORMAT;
  }

  /**
   * The head of the record that begins at this place of the buffer, or null if none of this segment
   * and offset does. The record need not be whole; only its head must be in the buffer.
   */
  @Nullable RecordHead head(ByteBuffer in, int at, SegmentHeader header, long offset);

  /** True if the record with this head is in the buffer with all its data, as it was written. */
  boolean isWhole(ByteBuffer in, int at, SegmentHeader header, long offset, RecordHead head);

  /** The entry of a whole record that is no mark. */
  static Entry entry(ByteBuffer in, int at, RecordHead head) {
    Entry.Kind kind = head.kind();
    if (kind == null) {
      throw new IllegalArgumentException("a mark holds no entry");
    }
    byte[] data = new byte[head.dataBytes()];
    in.get(at + head.headBytes(), data);
    return new Entry(
        head.index(), head.term(), kind, head.clock(), head.origin(), head.sequence(), data);
  }
}
