package hraftd.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the records of segments, one segment after the other. One thread uses it. */
final class SegmentScan {
  private ByteBuffer content = ByteBuffer.allocate(0);
  private long committed;
  private long walkedTo;

  /**
   * What is behind the last record of a segment.
   *
   * @param tornEnd where the last beginning of an entry ends that a crash has left; the segment's
   *     end if there is none
   * @param proof the offset of a record that shows that something was durable at the segment's end;
   *     -1: there is none
   * @param lastIndex of the last entry whose record is whole, or begins, there; 0: of none
   */
  record Behind(long tornEnd, long proof, long lastIndex) {}

  /** The highest commit index that a mark had; 0: none. */
  long committed() {
    return committed;
  }

  /**
   * Takes note of the segment's records, up to the first one that is not whole.
   *
   * @param end the index at which the next segment begins: entries from there on are void
   */
  void walk(Segment segment, long end) throws IOException {
    load(segment);
    walkedTo = end;
    walkFrom(SegmentHeader.SIZE, segment, end);
  }

  private void walkFrom(int start, Segment segment, long end) {
    int at = start;
    for (RecordHead head = whole(segment, at);
        head != null && !head.behindEnd();
        head = whole(segment, at)) {
      if (head.isMark()) {
        segment.addMark(at, head.size(), head.witness());
        committed = Math.max(committed, head.committed());
      } else if (segment.nextIndex() == end || head.index() != segment.nextIndex()) {
        return;
      } else {
        segment.addEntry(head.term(), at, head.size(), head.witness());
      }
      at += head.size();
    }
  }

  /**
   * Goes on behind entries that cannot be read, with the next one that can, in the segment that was
   * walked last.
   *
   * @param through the last entry that may be left out or be the first one
   * @return false if there is none
   */
  boolean skip(Segment segment, long through) {
    int from = (int) segment.end() + RecordFormat.ALIGNMENT;
    for (int at = from; at < content.limit(); at += RecordFormat.ALIGNMENT) {
      RecordHead head = whole(segment, at);
      if (head != null
          && !head.isMark()
          && head.index() > segment.nextIndex()
          && head.index() <= through) {
        segment.skipTo(head.index());
        walkFrom(at, segment, walkedTo);
        return true;
      }
    }
    return false;
  }

  private @Nullable RecordHead whole(Segment segment, int at) {
    RecordHead head = segment.format().head(content, at, segment.header(), at);
    return head != null && segment.format().isWhole(content, at, segment.header(), at, head)
        ? head
        : null;
  }

  private void load(Segment segment) throws IOException {
    int size = (int) segment.length();
    if (content.capacity() < size) {
      content = ByteBuffer.allocate(size);
    }
    segment.file().readFully(content.clear().limit(size), 0);
    content.position(0);
  }

  /** What is behind the records of the segment that was walked last. */
  Behind behind(Segment segment) {
    int end = (int) segment.end();
    RecordFormat format = segment.format();
    long tornEnd = end;
    long proof = -1;
    long lastIndex = 0;
    for (int at = end; at < content.limit(); at += RecordFormat.ALIGNMENT) {
      RecordHead head = format.head(content, at, segment.header(), at);
      if (head == null) {
        continue;
      }
      boolean whole = format.isWhole(content, at, segment.header(), at, head);
      if (whole && head.isMark()) {
        committed = Math.max(committed, head.committed());
        segment.addWitness(Math.min(head.witness(), end));
      } else {
        tornEnd = (long) at + head.headBytes();
      }
      if (whole && head.witness() > end && proof < 0) {
        proof = at;
      }
      lastIndex = Math.max(lastIndex, head.index());
    }
    return new Behind(tornEnd, proof, lastIndex);
  }
}
