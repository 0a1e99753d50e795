package hraftd.raft;

import hraftd.kv.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node looks like at the end of a batch.
 *
 * @param status what it knows
 * @param vote who has its vote in this term; null if nobody has
 * @param syncedIndex the last index that is on its disk
 * @param tape the newest entries of its log in their order, at most {@value #MAX_TAPE}
 */
public record RaftPicture(
    RaftStatus status, @Nullable NodeId vote, long syncedIndex, List<Cell> tape) {

  /** As many as a page can show side by side. */
  public static final int MAX_TAPE = 32;

  /** Of an entry that writes more, the first ones. */
  public static final int MAX_KEYS = 3;

  /**
   * One entry of the log.
   *
   * @param kind what its data is: {@code noop}, {@code command} or {@code members}
   * @param bytes of its data
   * @param clock the store's clock in milliseconds
   * @param keys that it may write, at most {@value #MAX_KEYS}; empty also if it is too long to look
   */
  public record Cell(long index, long term, String kind, int bytes, long clock, List<Key> keys) {}
}
