package hraftd.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store as it was at one revision. Immutable and cheap to keep: any thread may read it as long
 * as it likes while the state goes on.
 */
public interface KvView {

  /** The revision that this is. */
  long revision();

  /** How many keys there are. */
  long size();

  /** How many keys have a time to live. */
  long expiring();

  /** The store's clock at the last entry, in milliseconds. */
  long clockMillis();

  /**
   * What is under a key; null if it is absent. A key whose time is over is still there until the
   * log removes it.
   */
  @Nullable Item get(Key key);

  /**
   * Items in key order. Takes time for those that it gives, not for those that there are.
   *
   * @param prefix only keys that begin with it; an empty one means all
   * @param after only keys greater than this, whether it exists or not; null: from the first
   * @param limit at most so many; none if it is not positive
   */
  List<Item> list(Key prefix, @Nullable Key after, int limit);

  /** Who may do what with the store. */
  Tokens tokens();

  /** A hash of all items and tokens, as it was carried on with each change. */
  StateHash hash();

  /**
   * The same, from what the items are now: another one if the memory that holds them is not what
   * was written to it. Takes time for all that there is.
   */
  StateHash recount();

  /** The newest comparison of the copies; null if there was none. */
  @Nullable CopyComparison comparison();

  /** True from {@link Command.RememberByAge} to {@link Command.RememberByNumber}. */
  boolean remembersByAge();

  /**
   * The smallest clock at which some key is due to expire; {@link Long#MAX_VALUE} if none ever is.
   */
  long nextExpiry();
}
