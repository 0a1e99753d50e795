package hraftd.kv.map;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Walks a map in the order of its keys and reads only the nodes on its way. It begins before the
 * first entry: {@link #next} moves to it. One thread.
 */
public final class MapCursor<V> {

  /** An inner node and which of its children comes next. */
  private static final class Level {
    final MapNode node;
    int next;

    Level(MapNode node, int next) {
      this.node = node;
      this.next = next;
    }
  }

  private final Deque<Level> above = new ArrayDeque<>();
  private MapNode leaf;
  private int at;

  /**
   * @param from the first entry is the one with the least key that is not less than this
   */
  MapCursor(MapNode root, byte[] from) {
    leaf = root;
    while (!leaf.isLeaf()) {
      int child = leaf.childFor(from);
      above.push(new Level(leaf, child + 1));
      leaf = leaf.child(child);
    }
    int found = PackedKeys.find(leaf.keys, from);
    at = (found < 0 ? ~found : found) - 1;
  }

  /** Moves to the next entry; false if there is none. */
  public boolean next() {
    at++;
    return at < leaf.slots.length || nextLeaf();
  }

  /** A copy of the entry's key. */
  public byte[] key() {
    return PackedKeys.key(leaf.keys, at);
  }

  /** The entry's value. */
  @SuppressWarnings("unchecked") // a map's leaves hold its own values only
  public V value() {
    return (V) Objects.requireNonNull(leaf.slots[at]);
  }

  private boolean nextLeaf() {
    while (!above.isEmpty() && above.element().next == above.element().node.slots.length) {
      above.pop();
    }
    if (above.isEmpty()) {
      return false;
    }
    leaf = above.element().node.child(above.element().next++);
    while (!leaf.isLeaf()) {
      above.push(new Level(leaf, 1));
      leaf = leaf.child(0);
    }
    at = 0;
    return true;
  }
}
