package hraftd.raft.log;

import java.io.IOException;
import java.util.List;

/** The segments of a log in order, and in which of them an entry is. One thread uses it. */
final class Segments {
  private final List<Segment> all;

  /** Of these segments, oldest first; the list is changed with it. */
  Segments(List<Segment> all) {
    this.all = all;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int count() {
    return all.size();
  }

  Segment get(int place) {
    return all.get(place);
  }

  Segment first() {
    return all.get(0);
  }

  /** The newest one. */
  Segment last() {
    return all.get(all.size() - 1);
  }

  /** Not changed by what happens here later. */
  List<Segment> copy() {
    return List.copyOf(all);
  }

  /** The first index that is here; 1 if there is no segment. */
  long firstIndex() {
    return isEmpty() ? 1 : first().firstIndex();
  }

  /** The last index that is here; 0 if there is no segment. */
  long lastIndex() {
    return isEmpty() ? 0 : last().nextIndex() - 1;
  }

  /** The term of the last entry, or of the one before the first; 0 if there is no segment. */
  long lastTerm() {
    return isEmpty() ? 0 : last().lastTerm();
  }

  /**
   * The term of the entry at this index, which is here or the one before the first.
   *
   * @throws IndexOutOfBoundsException if it is neither
   */
  long term(long index) {
    if (index == firstIndex() - 1) {
      return isEmpty() ? 0 : first().termBefore();
    }
    return holding(index).term(index);
  }

  /** How many bytes the entries up to and with this index take, which need not be here. */
  long bytesThrough(long index) {
    return all.stream().mapToLong(segment -> segment.bytesThrough(index)).sum();
  }

  /**
   * The segment that has this entry.
   *
   * @throws IndexOutOfBoundsException if none has
   */
  Segment holding(long index) {
    return all.get(find(index));
  }

  /** The place of the segment that has this entry. */
  int find(long index) {
    for (int i = all.size() - 1; i >= 0; i--) {
      Segment segment = all.get(i);
      if (index >= segment.firstIndex() && index < segment.nextIndex()) {
        return i;
      }
    }
    throw new IndexOutOfBoundsException(
        "no entry " + index + " in " + firstIndex() + ".." + lastIndex());
  }

  Segment add(Segment segment) {
    all.add(segment);
    return segment;
  }

  Segment removeFirst() {
    return all.remove(0);
  }

  Segment removeLast() {
    return all.remove(all.size() - 1);
  }

  void clear() {
    all.clear();
  }

  /** Closes the files. */
  void close() throws IOException {
    for (Segment segment : all) {
      segment.file().close();
    }
  }
}
