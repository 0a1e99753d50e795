package hraftd.jgroups.danger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One follower of one engine; the test speaks for the leader. The term begins with 0. */
interface DangerFollower extends AutoCloseable {

  /**
   * What the follower told the leader.
   *
   * @param matched it has what the leader sent
   * @param index if so: up to here its log is like the leader's
   * @param term its term
   */
  record Reply(boolean matched, long index, long term) {}

  /**
   * The leader of this term sends entries, or none.
   *
   * @param entryTerms the terms of the entries behind {@code prevIndex}; what they write is {@link
   *     #value}
   */
  void append(long term, long prevIndex, long prevTerm, long commitIndex, long... entryTerms);

  /** The leader of this term sends a snapshot up to this entry. */
  void snapshot(long term, long index, long indexTerm);

  /** Takes a snapshot of all that is committed, and drops the log behind it. */
  void takeSnapshot() throws Exception;

  /** The answer to what was sent last, null if there was none. */
  @Nullable Reply reply();

  long lastIndex();

  long commitIndex();

  /** The term of this entry, -1 if it is not there. */
  long termAt(long index);

  /** The values applied since the start, in order. */
  List<String> applied();

  /** From now on the state machine throws when it applies this value. */
  void failAt(String value);

  /** True if the node has stopped itself: it takes part in nothing any more. */
  boolean stopped();

  /** What an entry of these tests writes. */
  static String value(long term, long index) {
    return term + "." + index;
  }

  @Override
  void close();
}
