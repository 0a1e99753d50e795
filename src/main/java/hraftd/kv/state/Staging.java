package hraftd.kv.state;

import hraftd.kv.Command.Pair;
import hraftd.kv.Item;
import java.util.List;

/**
 * A copy that is being collected to replace everything. Immutable.
 *
 * @param id which restore it belongs to
 * @param pairs how many came so far; a key that came twice counts twice, its later value stays
 * @param touchedAt the clock of the last entry that added to it
 * @param items what came so far, with version 0
 */
public record Staging(long id, long pairs, long touchedAt, ItemIndex items) {

  /**
   * How long a copy waits for its next part before it is dropped: a client that went away must not
   * leave half a store in memory for ever. Far more than any live client pauses.
   */
  public static final long IDLE_MILLIS = 600_000;

  static Staging begun(long id, long clock) {
    return new Staging(id, 0, clock, ItemIndex.EMPTY);
  }

  /** True if nobody has added to it for too long. */
  boolean isAbandoned(long clock) {
    return clock - touchedAt > IDLE_MILLIS;
  }

  /** True if all of such a part has been taken before. */
  boolean hasTaken(long position, int count) {
    return position <= pairs - count;
  }

  /** With a further part. */
  Staging with(List<Pair> part, long clock) {
    ItemIndex.Editor edited = items.edit();
    for (Pair pair : part) {
      long expiresAt = Draft.expiresAt(clock, pair.ttlMillis());
      edited.put(new Item(pair.key(), pair.value(), 0, expiresAt));
    }
    return new Staging(id, pairs + part.size(), clock, edited.done());
  }
}
