package hraftd.kv.map;

import hraftd.kv.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds a map from entries that come in order, bottom up, in linear time. One thread, once. */
public final class MapBuilder<V> {

  /** A node with the least key below it. */
  private record Piece(MapNode node, Key least) {}

  private final Object edit = new Object();
  private final List<Piece> leaves = new ArrayList<>();
  private final List<byte[]> keys = new ArrayList<>();
  private final List<V> values = new ArrayList<>();
  private byte @Nullable [] last;
  private long size;

  /**
   * Adds the next entry.
   *
   * @throws IllegalArgumentException if its key is not greater than the one before
   */
  public void add(byte[] key, V value) {
    if (last != null && Arrays.compareUnsigned(last, key) >= 0) {
      throw new IllegalArgumentException("keys out of order");
    }
    if (keys.size() == MapNode.MAX_SLOTS + MapNode.MIN_SLOTS) {
      addLeaf(MapNode.MAX_SLOTS);
    }
    keys.add(key);
    values.add(value);
    last = key;
    size++;
  }

  /** The map of all that was added. */
  public OrderedMap<V> done() {
    if (size == 0) {
      return OrderedMap.empty();
    }
    if (keys.size() > MapNode.MAX_SLOTS) {
      addLeaf(keys.size() / 2);
    }
    addLeaf(keys.size());
    List<Piece> level = leaves;
    while (level.size() > 1) {
      level = above(level);
    }
    return new OrderedMap<>(level.get(0).node(), size);
  }

  /** Makes a leaf of the first so many waiting entries; enough stay behind for another. */
  private void addLeaf(int count) {
    List<byte[]> some = keys.subList(0, count);
    List<V> theirs = values.subList(0, count);
    leaves.add(
        new Piece(new MapNode(edit, PackedKeys.of(some), theirs.toArray()), new Key(some.get(0))));
    some.clear();
    theirs.clear();
  }

  /** Parents for a level, of as equal a width as possible: so none is too narrow. */
  private List<Piece> above(List<Piece> level) {
    int count = (level.size() + MapNode.MAX_SLOTS - 1) / MapNode.MAX_SLOTS;
    List<Piece> parents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) level.size() * i / count);
      int to = (int) ((long) level.size() * (i + 1) / count);
      List<Piece> children = level.subList(from, to);
      List<byte[]> between = children.stream().skip(1).map(piece -> piece.least().bytes()).toList();
      Object[] nodes = children.stream().map(Piece::node).toArray();
      parents.add(
          new Piece(new MapNode(edit, PackedKeys.of(between), nodes), children.get(0).least()));
    }
    return parents;
  }
}
