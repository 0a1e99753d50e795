package hraftd.raft.log;

import hraftd.raft.core.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What a log record says before its data.
 *
 * @param kind of the entry; null: the record is a mark
 * @param behindEnd of a mark: no record follows it
 * @param index of the entry; of a mark, of the entry before it
 * @param committed of a mark: the commit index that the node knew; 0: none
 * @param witness up to this offset the segment was durable when the record was written
 * @param headBytes before the data
 * @param dataBytes how many bytes of data there are
 * @param size of the whole record, with what fills it up
 */
record RecordHead(
    Entry.@Nullable Kind kind,
    boolean behindEnd,
    long index,
    long term,
    long clock,
    long origin,
    long sequence,
    long committed,
    long witness,
    int headBytes,
    int dataBytes,
    int size) {

  boolean isMark() {
    return kind == null;
  }
}
