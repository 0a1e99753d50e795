package hraftd.kv.map;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of an {@link OrderedMap}. Its arrays have the exact length: most nodes live long and are
 * read often, and a change copies the node anyway.
 */
final class MapNode {

  /** Wider makes reading shallower and every change copy more. */
  static final int MAX_SLOTS = 32;

  /** Well under half, so that a node on the edge is not split and joined again and again. */
  static final int MIN_SLOTS = 8;

  /** The leaf of an empty map. */
  static final MapNode EMPTY = new MapNode(new Object(), PackedKeys.NONE, new Object[0]);

  /** The edit that made this node and may still change it; anybody else copies it first. */
  private final Object edit;

  /**
   * A leaf's keys. In an inner node one less than children: the i-th is greater than all keys below
   * child i and not greater than any below child i + 1.
   */
  byte[] keys;

  /** A leaf's values, or an inner node's children. */
  Object[] slots;

  MapNode(Object edit, byte[] keys, Object[] slots) {
    this.edit = edit;
    this.keys = keys;
    this.slots = slots;
  }

  boolean isLeaf() {
    return PackedKeys.count(keys) == slots.length;
  }

  MapNode child(int at) {
    return (MapNode) slots[at];
  }

  /** What is under the key at or below this node; null if it is absent. */
  @Nullable Object get(byte[] key) {
    MapNode node = this;
    while (!node.isLeaf()) {
      node = node.child(node.childFor(key));
    }
    int at = PackedKeys.find(node.keys, key);
    return at < 0 ? null : node.slots[at];
  }

  /** Below which child of this inner node the key is, if anywhere. */
  int childFor(byte[] key) {
    int at = PackedKeys.find(keys, key);
    return at < 0 ? ~at : at + 1;
  }

  /** This node if the edit made it, else a copy that the edit may change. */
  MapNode ownedBy(Object owner) {
    return edit == owner ? this : new MapNode(owner, keys, slots.clone());
  }

  /** This node with other content: in place if the edit made it, else as a new one. */
  MapNode with(Object owner, byte[] newKeys, Object[] newSlots) {
    if (edit != owner) {
      return new MapNode(owner, newKeys, newSlots);
    }
    keys = newKeys;
    slots = newSlots;
    return this;
  }

  static Object[] inserted(Object[] slots, int at, Object slot) {
    Object[] more = new Object[slots.length + 1];
    System.arraycopy(slots, 0, more, 0, at);
    more[at] = slot;
    System.arraycopy(slots, at, more, at + 1, slots.length - at);
    return more;
  }

  static Object[] removed(Object[] slots, int at) {
    Object[] fewer = new Object[slots.length - 1];
    System.arraycopy(slots, 0, fewer, 0, at);
    System.arraycopy(slots, at + 1, fewer, at, fewer.length - at);
    return fewer;
  }

  static Object[] joined(Object[] left, Object[] right) {
    Object[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
