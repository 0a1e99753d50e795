package hraftd.kv.state;

import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.StateHash;
import hraftd.kv.map.MapBuilder;
import hraftd.kv.map.MapCursor;
import hraftd.kv.map.MapEditor;
import hraftd.kv.map.OrderedMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items by key, and the keys of those with a time to live by when it ends: two maps always in step.
 * Immutable; any thread may read it.
 *
 * <p>Items of a copy that was restored all have one version, which is only known when the restore
 * ends. They are kept with version 0 and given the real one when somebody looks, so that ending a
 * restore takes constant time, however many they are.
 */
final class ItemIndex {

  static final ItemIndex EMPTY =
      new ItemIndex(OrderedMap.empty(), OrderedMap.empty(), 0, HashSum.Sum.EMPTY);

  private static final byte[] LEAST_KEY = {};

  /**
   * An item without its key, which is in the map already.
   *
   * @param high what value and expiry weigh in the hash of all, as it was when the item came
   * @param low the second half of that
   */
  @SuppressWarnings("ArrayRecordComponent") // the item's own array; never compared
  private record Stored(byte[] value, long version, long expiresAt, long high, long low) {

    /** Adds it to the sum, too. */
    static Stored added(Item item, HashSum sum) {
      sum.at(item.key().bytes()).add(item.value(), item.version(), item.expiresAt());
      return new Stored(
          item.value(), item.version(), item.expiresAt(), sum.valueHigh(), sum.valueLow());
    }

    Item item(Key key, long restoredAt) {
      return new Item(key, value, at(restoredAt), expiresAt);
    }

    long at(long restoredAt) {
      return version == 0 ? restoredAt : version;
    }
  }

  private final OrderedMap<Stored> byKey;
  private final OrderedMap<Boolean> byExpiry;
  private final long restoredAt;
  private final HashSum.Sum sum;

  private ItemIndex(
      OrderedMap<Stored> byKey, OrderedMap<Boolean> byExpiry, long restoredAt, HashSum.Sum sum) {
    this.byKey = byKey;
    this.byExpiry = byExpiry;
    this.restoredAt = restoredAt;
    this.sum = sum;
  }

  long size() {
    return byKey.size();
  }

  /** How many items have a time to live. */
  long expiring() {
    return byExpiry.size();
  }

  /** Of all items, as it was carried on with each change. */
  StateHash hash() {
    return sum.hash();
  }

  /** Of all items, from what they are now. Takes time for all that there is. */
  StateHash recount() {
    HashSum counted = new HashSum(HashSum.Sum.EMPTY);
    for (MapCursor<Stored> entries = byKey.from(LEAST_KEY); entries.next(); ) {
      Stored stored = entries.value();
      counted.at(entries.key()).add(stored.value(), stored.at(restoredAt), stored.expiresAt());
    }
    return counted.done().hash();
  }

  @Nullable Item get(Key key) {
    Stored stored = byKey.get(key.bytes());
    return stored == null ? null : stored.item(key, restoredAt);
  }

  /** Walks over the items in key order, from the first whose key is not less than this one. */
  Cursor from(Key key) {
    return new Cursor(byKey.from(key.bytes()), restoredAt);
  }

  /** Walks over all items in key order. */
  Cursor all() {
    return new Cursor(byKey.from(LEAST_KEY), restoredAt);
  }

  /**
   * Keys that are due to expire at this clock, the longest overdue first.
   *
   * @param limit at most so many
   */
  List<Key> due(long clock, int limit) {
    List<Key> due = new ArrayList<>();
    MapCursor<Boolean> next = byExpiry.from(LEAST_KEY);
    while (due.size() < limit && next.next()) {
      ByteBuffer entry = ByteBuffer.wrap(next.key());
      if (entry.getLong() > clock) {
        break;
      }
      byte[] key = new byte[entry.remaining()];
      entry.get(key);
      due.add(new Key(key));
    }
    return due;
  }

  /** When the first item is due to expire; {@link Long#MAX_VALUE} if none ever is. */
  long nextExpiry() {
    MapCursor<Boolean> first = byExpiry.from(LEAST_KEY);
    return first.next() ? ByteBuffer.wrap(first.key()).getLong() : Long.MAX_VALUE;
  }

  /** The same items, which have no version yet, with this one. */
  ItemIndex restoredAt(long version) {
    return new ItemIndex(byKey, byExpiry, version, sum.atVersion(version));
  }

  /**
   * Without the items whose keys begin with the prefix. Takes time for those that stay and those
   * that expire: for when more go than stay, as to take out one after the other costs far more.
   */
  ItemIndex without(Key prefix) {
    MapBuilder<Stored> kept = new MapBuilder<>();
    // What stays is not summed anew: that would forgive what has changed in it by itself.
    HashSum left = new HashSum(sum);
    for (MapCursor<Stored> entries = byKey.from(LEAST_KEY); entries.next(); ) {
      byte[] key = entries.key();
      Stored stored = entries.value();
      if (new Key(key).startsWith(prefix)) {
        left.at(key).subtract(stored.high(), stored.low(), stored.at(restoredAt));
      } else {
        kept.add(key, stored);
      }
    }
    MapBuilder<Boolean> expiring = new MapBuilder<>();
    for (MapCursor<Boolean> next = byExpiry.from(LEAST_KEY); next.next(); ) {
      byte[] entry = next.key();
      byte[] key = Arrays.copyOfRange(entry, Long.BYTES, entry.length);
      if (!new Key(key).startsWith(prefix)) {
        expiring.add(entry, true);
      }
    }
    return new ItemIndex(kept.done(), expiring.done(), restoredAt, left.done());
  }

  Editor edit() {
    return new Editor(this);
  }

  /**
   * The key's place in the map of expiries: times are not negative, so unsigned order is theirs.
   */
  private static byte[] expiryKey(long expiresAt, byte[] key) {
    return ByteBuffer.allocate(Long.BYTES + key.length).putLong(expiresAt).put(key).array();
  }

  /** Walks over items; it begins before the first. One thread. */
  static final class Cursor {
    private final MapCursor<Stored> entries;
    private final long restoredAt;

    private Cursor(MapCursor<Stored> entries, long restoredAt) {
      this.entries = entries;
      this.restoredAt = restoredAt;
    }

    /** Moves to the next item; false if there is none. */
    boolean next() {
      return entries.next();
    }

    Item item() {
      return entries.value().item(new Key(entries.key()), restoredAt);
    }
  }

  /** Makes another index out of one. One thread. */
  static final class Editor {
    private final MapEditor<Stored> byKey;
    private final MapEditor<Boolean> byExpiry;
    private final long restoredAt;
    private final HashSum sum;

    private Editor(ItemIndex from) {
      byKey = from.byKey.edit();
      byExpiry = from.byExpiry.edit();
      restoredAt = from.restoredAt;
      sum = new HashSum(from.sum);
    }

    /** What is under the key by now; null if it is absent. */
    @Nullable Item get(Key key) {
      Stored stored = byKey.get(key.bytes());
      return stored == null ? null : stored.item(key, restoredAt);
    }

    void put(Item item) {
      byte[] key = item.key().bytes();
      long expiresAt = item.expiresAt();
      Stored before = byKey.put(key, Stored.added(item, sum));
      if (before != null) {
        forget(key, before);
      }
      if (expiresAt != 0) {
        byExpiry.put(expiryKey(expiresAt, key), true);
      }
    }

    /** Removes the key; false if it was absent. */
    boolean remove(Key key) {
      Stored before = byKey.remove(key.bytes());
      if (before == null) {
        return false;
      }
      sum.at(key.bytes());
      forget(key.bytes(), before);
      return true;
    }

    ItemIndex done() {
      return new ItemIndex(byKey.done(), byExpiry.done(), restoredAt, sum.done());
    }

    private void forget(byte[] key, Stored gone) {
      sum.subtract(gone.high(), gone.low(), gone.at(restoredAt));
      if (gone.expiresAt() != 0) {
        byExpiry.remove(expiryKey(gone.expiresAt(), key));
      }
    }
  }

  /** Builds an index from items in key order, the map of keys in linear time. One thread, once. */
  static final class Builder {
    private final MapBuilder<Stored> byKey = new MapBuilder<>();
    private final List<byte[]> expiryKeys = new ArrayList<>();
    private final HashSum sum = new HashSum(HashSum.Sum.EMPTY);

    /**
     * Adds the next item.
     *
     * @throws IllegalArgumentException if its key is not greater than the one before
     */
    void add(Item item) {
      byte[] key = item.key().bytes();
      byKey.add(key, Stored.added(item, sum));
      if (item.expiresAt() != 0) {
        expiryKeys.add(expiryKey(item.expiresAt(), key));
      }
    }

    ItemIndex done() {
      expiryKeys.sort(Arrays::compareUnsigned);
      MapBuilder<Boolean> byExpiry = new MapBuilder<>();
      expiryKeys.forEach(key -> byExpiry.add(key, true));
      return new ItemIndex(byKey.done(), byExpiry.done(), 0, sum.done());
    }
  }
}
