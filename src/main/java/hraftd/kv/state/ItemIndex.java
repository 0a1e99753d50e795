package hraftd.kv.state;

import hraftd.kv.Item;
import hraftd.kv.Key;
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

  static final ItemIndex EMPTY = new ItemIndex(OrderedMap.empty(), OrderedMap.empty(), 0);

  private static final byte[] LEAST_KEY = {};

  /** An item without its key, which is in the map already. */
  @SuppressWarnings("ArrayRecordComponent") // the item's own array; never compared
  private record Stored(byte[] value, long version, long expiresAt) {
    Item item(Key key, long restoredAt) {
      return new Item(key, value, version == 0 ? restoredAt : version, expiresAt);
    }
  }

  private final OrderedMap<Stored> byKey;
  private final OrderedMap<Boolean> byExpiry;
  private final long restoredAt;

  private ItemIndex(OrderedMap<Stored> byKey, OrderedMap<Boolean> byExpiry, long restoredAt) {
    this.byKey = byKey;
    this.byExpiry = byExpiry;
    this.restoredAt = restoredAt;
  }

  long size() {
    return byKey.size();
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

  /** The same items; those without a version get this one. */
  ItemIndex restoredAt(long version) {
    return new ItemIndex(byKey, byExpiry, version);
  }

  /**
   * Without the items whose keys begin with the prefix. Takes time for those that stay and those
   * that expire: for when more go than stay, as to take out one after the other costs far more.
   */
  ItemIndex without(Key prefix) {
    MapBuilder<Stored> kept = new MapBuilder<>();
    MapCursor<Stored> entries = byKey.from(LEAST_KEY);
    while (entries.next() && !new Key(entries.key()).startsWith(prefix)) {
      kept.add(entries.key(), entries.value());
    }
    Key behind = prefix.afterAllThatBeginWithIt();
    if (behind != null) {
      for (entries = byKey.from(behind.bytes()); entries.next(); ) {
        kept.add(entries.key(), entries.value());
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
    return new ItemIndex(kept.done(), expiring.done(), restoredAt);
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

    private Editor(ItemIndex from) {
      byKey = from.byKey.edit();
      byExpiry = from.byExpiry.edit();
      restoredAt = from.restoredAt;
    }

    /** What is under the key by now; null if it is absent. */
    @Nullable Item get(Key key) {
      Stored stored = byKey.get(key.bytes());
      return stored == null ? null : stored.item(key, restoredAt);
    }

    void put(Item item) {
      byte[] key = item.key().bytes();
      long expiresAt = item.expiresAt();
      Stored before = byKey.put(key, new Stored(item.value(), item.version(), expiresAt));
      forgetExpiry(key, before);
      if (expiresAt != 0) {
        byExpiry.put(expiryKey(expiresAt, key), true);
      }
    }

    /** Removes the key; false if it was absent. */
    boolean remove(Key key) {
      Stored before = byKey.remove(key.bytes());
      forgetExpiry(key.bytes(), before);
      return before != null;
    }

    ItemIndex done() {
      return new ItemIndex(byKey.done(), byExpiry.done(), restoredAt);
    }

    private void forgetExpiry(byte[] key, @Nullable Stored gone) {
      if (gone != null && gone.expiresAt() != 0) {
        byExpiry.remove(expiryKey(gone.expiresAt(), key));
      }
    }
  }

  /** Builds an index from items in key order, the map of keys in linear time. One thread, once. */
  static final class Builder {
    private final MapBuilder<Stored> byKey = new MapBuilder<>();
    private final List<byte[]> expiryKeys = new ArrayList<>();

    /**
     * Adds the next item.
     *
     * @throws IllegalArgumentException if its key is not greater than the one before
     */
    void add(Item item) {
      byte[] key = item.key().bytes();
      byKey.add(key, new Stored(item.value(), item.version(), item.expiresAt()));
      if (item.expiresAt() != 0) {
        expiryKeys.add(expiryKey(item.expiresAt(), key));
      }
    }

    ItemIndex done() {
      expiryKeys.sort(Arrays::compareUnsigned);
      MapBuilder<Boolean> byExpiry = new MapBuilder<>();
      expiryKeys.forEach(key -> byExpiry.add(key, true));
      return new ItemIndex(byKey.done(), byExpiry.done(), 0);
    }
  }
}
