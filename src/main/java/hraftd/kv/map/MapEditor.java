package hraftd.kv.map;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes another version of a map. Nodes made by this edit are changed in place, all others are
 * copied first, so that whoever has an older version never sees a difference. One thread.
 */
public final class MapEditor<V> {

  private Object edit = new Object();
  private MapNode root;
  private long size;

  /** What the running put or remove took out; set on the way down, read at the top. */
  private @Nullable V taken;

  MapEditor(OrderedMap<V> from) {
    root = from.root();
    size = from.size();
  }

  /** What is under the key by now; null if it is absent. */
  @SuppressWarnings("unchecked") // a map's leaves hold its own values only
  @Nullable
  public V get(byte[] key) {
    return (V) root.get(key);
  }

  /** Puts a value under the key and gives back the one that was there; null if none was. */
  public @Nullable V put(byte[] key, V value) {
    taken = null;
    root = put(root, key, value);
    if (root.slots.length > MapNode.MAX_SLOTS) {
      MapNode above = new MapNode(edit, PackedKeys.NONE, new Object[] {root});
      split(above, 0);
      root = above;
    }
    if (taken == null) {
      size++;
    }
    return taken;
  }

  /** Removes the key and gives back what was there; null if nothing was. */
  public @Nullable V remove(byte[] key) {
    taken = null;
    root = remove(root, key);
    if (!root.isLeaf() && root.slots.length == 1) {
      root = root.child(0);
    }
    if (taken != null) {
      size--;
    }
    return taken;
  }

  /** The map as edited. Going on with this editor does not change it any more. */
  public OrderedMap<V> done() {
    edit = new Object();
    return new OrderedMap<>(root, size);
  }

  private MapNode put(MapNode node, byte[] key, V value) {
    if (node.isLeaf()) {
      return putInLeaf(node, key, value);
    }
    int at = node.childFor(key);
    MapNode child = put(node.child(at), key, value);
    MapNode mine = node.ownedBy(edit);
    mine.slots[at] = child;
    if (child.slots.length > MapNode.MAX_SLOTS) {
      split(mine, at);
    }
    return mine;
  }

  private MapNode putInLeaf(MapNode leaf, byte[] key, V value) {
    int at = PackedKeys.find(leaf.keys, key);
    if (at < 0) {
      return leaf.with(
          edit, PackedKeys.inserted(leaf.keys, ~at, key), MapNode.inserted(leaf.slots, ~at, value));
    }
    MapNode mine = leaf.ownedBy(edit);
    taken = value(mine, at);
    mine.slots[at] = value;
    return mine;
  }

  private MapNode remove(MapNode node, byte[] key) {
    if (node.isLeaf()) {
      return removeFromLeaf(node, key);
    }
    int at = node.childFor(key);
    MapNode child = remove(node.child(at), key);
    if (taken == null) {
      return node;
    }
    MapNode mine = node.ownedBy(edit);
    mine.slots[at] = child;
    if (child.slots.length < MapNode.MIN_SLOTS) {
      fill(mine, Math.max(at - 1, 0));
    }
    return mine;
  }

  private MapNode removeFromLeaf(MapNode leaf, byte[] key) {
    int at = PackedKeys.find(leaf.keys, key);
    if (at < 0) {
      return leaf;
    }
    taken = value(leaf, at);
    return leaf.with(edit, PackedKeys.removed(leaf.keys, at), MapNode.removed(leaf.slots, at));
  }

  /** Cuts a child in two halves. The parent may be a new root without keys yet. */
  private void split(MapNode parent, int at) {
    MapNode whole = parent.child(at);
    byte[] keys = whole.keys;
    int half = whole.slots.length / 2;
    // An inner node's middle key moves up; a leaf's stays and is copied up.
    byte[] between = PackedKeys.key(keys, whole.isLeaf() ? half : half - 1);
    byte[] first = PackedKeys.slice(keys, 0, whole.isLeaf() ? half : half - 1);
    byte[] second = PackedKeys.slice(keys, half, PackedKeys.count(keys));
    MapNode left = new MapNode(edit, first, Arrays.copyOf(whole.slots, half));
    MapNode right =
        new MapNode(edit, second, Arrays.copyOfRange(whole.slots, half, whole.slots.length));
    parent.slots[at] = left;
    parent.slots = MapNode.inserted(parent.slots, at + 1, right);
    parent.keys = PackedKeys.inserted(parent.keys, at, between);
  }

  /** Joins two neighbours of which one has too few slots; halves them again if that is too much. */
  private void fill(MapNode parent, int at) {
    MapNode left = parent.child(at);
    MapNode right = parent.child(at + 1);
    byte[] keys = left.keys;
    if (!left.isLeaf()) {
      keys = PackedKeys.inserted(keys, PackedKeys.count(keys), PackedKeys.key(parent.keys, at));
    }
    parent.slots[at] =
        new MapNode(
            edit, PackedKeys.joined(keys, right.keys), MapNode.joined(left.slots, right.slots));
    parent.slots = MapNode.removed(parent.slots, at + 1);
    parent.keys = PackedKeys.removed(parent.keys, at);
    if (parent.child(at).slots.length > MapNode.MAX_SLOTS) {
      split(parent, at);
    }
  }

  @SuppressWarnings("unchecked") // a map's leaves hold its own values only
  private V value(MapNode leaf, int at) {
    return (V) leaf.slots[at];
  }
}
