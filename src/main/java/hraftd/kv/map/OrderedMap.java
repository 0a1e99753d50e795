package hraftd.kv.map;

import org.jspecify.annotations.Nullable;

/**
 * A persistent map ordered by the unsigned bytes of its keys: a B+ tree that never changes. Keeping
 * an old version costs nothing but the nodes that differ, because an edit copies the path from the
 * root to what it touches and shares the rest.
 *
 * <p>Any thread may read a map that was handed to it; {@link #edit} is the only way to another.
 */
public final class OrderedMap<V> {

  private static final OrderedMap<?> EMPTY = new OrderedMap<>(MapNode.EMPTY, 0);

  private final MapNode root;
  private final long size;

  OrderedMap(MapNode root, long size) {
    this.root = root;
    this.size = size;
  }

  /** A map without entries. */
  @SuppressWarnings("unchecked") // it has no values
  public static <V> OrderedMap<V> empty() {
    return (OrderedMap<V>) EMPTY;
  }

  MapNode root() {
    return root;
  }

  /** The number of entries. */
  public long size() {
    return size;
  }

  /** What is under the key; null if it is absent. */
  @SuppressWarnings("unchecked") // a map's leaves hold its own values only
  @Nullable
  public V get(byte[] key) {
    return (V) root.get(key);
  }

  /** Walks from the least key on that is not less than this one. */
  public MapCursor<V> from(byte[] key) {
    return new MapCursor<>(root, key);
  }

  /** Begins another version. */
  public MapEditor<V> edit() {
    return new MapEditor<>(this);
  }
}
