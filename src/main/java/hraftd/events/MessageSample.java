package hraftd.events;

import hraftd.raft.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which messages are told when there are too many. A message goes by its mark, so that the
 * other end leaves out the same: of a link that carried 2<sup>k</sup> times what may be told in the
 * second before, those are told whose mark ends with k zeros. Both ends count one link alike, and
 * where they do not, what the one tells is among what the other tells. One thread at a time.
 */
final class MessageSample {

  private static final long SECOND_MICROS = 1_000_000;

  /** More than a cluster has; beyond it all begin to count anew. */
  private static final int MAX_LINKS = 512;

  /** Marks have 64 bits. */
  private static final int MAX_LEVEL = 63;

  /** One direction between this node and another. */
  private record Link(NodeId peer, boolean leaving) {}

  private static final class Count {
    long second;
    int seen;
    int told;
    int level;
  }

  private final Map<Link, Count> counts = new HashMap<>();

  /**
   * True if a message is to be told.
   *
   * @param perSecond how many are to be told of this link
   */
  boolean takes(NodeId peer, boolean leaving, long mark, long atMicros, int perSecond) {
    if (counts.size() >= MAX_LINKS) {
      counts.clear();
    }
    Count count = counts.computeIfAbsent(new Link(peer, leaving), link -> new Count());
    // By the clock's seconds, so that the other end's begin at about the same time.
    long second = Math.floorDiv(atMicros, SECOND_MICROS);
    if (second != count.second) {
      count.level = second == count.second + 1 ? level(count.seen, perSecond) : 0;
      count.second = second;
      count.seen = 0;
      count.told = 0;
    }
    count.seen++;
    // Twice as many in a second that is busier than the one before: nothing is unbounded.
    if ((mark & ((1L << count.level) - 1)) != 0 || count.told >= 2L * perSecond) {
      return false;
    }
    count.told++;
    return true;
  }

  private static int level(int seen, int perSecond) {
    int level = 0;
    while (seen >> level > perSecond && level < MAX_LEVEL) {
      level++;
    }
    return level;
  }
}
