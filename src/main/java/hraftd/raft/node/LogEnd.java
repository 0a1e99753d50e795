package hraftd.raft.node;

import java.util.Comparator;

/**
 * How far a member's files go. Of two members of a cluster the greater one holds more: its last
 * entry is of a later term, or of the same and further on (dissertation, 3.6.1).
 *
 * @param index the last entry's, in the log or in the snapshot; 0 if there is none
 * @param term that entry's
 * @param clock that entry's clock in milliseconds
 */
public record LogEnd(long index, long term, long clock) implements Comparable<LogEnd> {

  /** Nothing at all. */
  static final LogEnd NONE = new LogEnd(0, 0, 0);

  private static final Comparator<LogEnd> BY_WHAT_IS_HELD =
      Comparator.comparingLong(LogEnd::term).thenComparingLong(LogEnd::index);

  @Override
  public int compareTo(LogEnd other) {
    return BY_WHAT_IS_HELD.compare(this, other);
  }
}
