package hraftd.kv.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Key;
import hraftd.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class OrderedMapTest {

  /** A version of the map and what it has to hold. */
  private record Version(OrderedMap<Integer> map, NavigableMap<Key, Integer> model) {}

  @Test
  void everyVersionStaysWhatATreeMapWas() {
    Property.holds(
        60,
        draw ->
            assertVersionsStay(
                draw.random(), draw.anInt(1, 1500), /* perEdit= */ draw.anInt(1, 200)));
  }

  private static void assertVersionsStay(RandomGenerator random, int keys, int perEdit) {
    NavigableMap<Key, Integer> model = new TreeMap<>();
    OrderedMap<Integer> map = OrderedMap.empty();
    List<Version> versions = new ArrayList<>();
    for (int round = 0; round < 30; round++) {
      // Phases of growing and of shrinking, so that nodes both split and join.
      double puts = round % 10 < 6 ? 0.8 : 0.1;
      MapEditor<Integer> editor = map.edit();
      for (int i = 0; i < perEdit; i++) {
        Key key = key(random.nextInt(keys));
        if (random.nextDouble() < puts) {
          assertEquals(model.put(key, i), editor.put(key.bytes(), i));
        } else {
          assertEquals(model.remove(key), editor.remove(key.bytes()));
        }
        assertEquals(model.get(key), editor.get(key.bytes()));
      }
      map = editor.done();
      editor.put(key(0).bytes(), -1); // must not be seen in what is done
      versions.add(new Version(map, new TreeMap<>(model)));
    }
    for (Version version : versions) {
      assertSame(version.model(), version.map());
    }
    Key from = key(random.nextInt(keys));
    assertEquals(model.tailMap(from), read(map, from));
  }

  @Test
  void buildsWhatCameInOrder() {
    Property.holds(60, draw -> assertBuilds(draw.random(), draw.anInt(0, 3000)));
  }

  private static void assertBuilds(RandomGenerator random, int size) {
    NavigableMap<Key, Integer> model = new TreeMap<>();
    while (model.size() < size) {
      model.put(key(random.nextInt(100_000)), model.size());
    }
    MapBuilder<Integer> builder = new MapBuilder<>();
    model.forEach((key, value) -> builder.add(key.bytes(), value));
    OrderedMap<Integer> map = builder.done();
    assertSame(model, map);

    MapEditor<Integer> editor = map.edit();
    for (int i = 0; i < 300; i++) {
      Key key = key(random.nextInt(100_000));
      assertEquals(model.put(key, i), editor.put(key.bytes(), i));
      Key gone = model.ceilingKey(key(random.nextInt(100_000)));
      if (gone != null) {
        assertEquals(model.remove(gone), editor.remove(gone.bytes()));
      }
    }
    assertSame(model, editor.done());
  }

  @Test
  void holdsManyAndGivesThemAllBack() {
    int size = 100_000;
    MapEditor<Integer> editor = OrderedMap.<Integer>empty().edit();
    for (int i = 0; i < size; i++) {
      assertNull(editor.put(key(i).bytes(), i));
    }
    OrderedMap<Integer> full = editor.done();
    assertEquals(size, full.size());
    assertEquals(size, check(full.root(), /* isRoot= */ true));
    for (int i = 0; i < size; i++) {
      assertEquals(i, editor.remove(key(i).bytes()));
    }
    OrderedMap<Integer> empty = editor.done();
    assertEquals(0, empty.size());
    assertTrue(read(empty, new Key(new byte[0])).isEmpty());
    assertEquals(size, read(full, new Key(new byte[0])).size());
  }

  @Test
  void refusesToBuildOutOfOrder() {
    MapBuilder<Integer> builder = new MapBuilder<>();
    builder.add(new byte[] {1}, 1);
    assertThrows(IllegalArgumentException.class, () -> builder.add(new byte[] {1}, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.add(new byte[] {0, 1}, 2));
    builder.add(new byte[] {(byte) 0xFF}, 2); // unsigned: after 1
    assertEquals(2, builder.done().size());
  }

  /** Keys of different lengths, some a prefix of others, with bytes over 127. */
  private static Key key(int number) {
    String text = Integer.toString(number * 31 % 100_003, 7);
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (text.charAt(i) * 41);
    }
    return new Key(bytes);
  }

  private static void assertSame(NavigableMap<Key, Integer> model, OrderedMap<Integer> map) {
    assertEquals(model, read(map, new Key(new byte[0])));
    assertEquals(model.size(), map.size());
    assertEquals(model.size(), check(map.root(), /* isRoot= */ true));
    for (Map.Entry<Key, Integer> entry : model.entrySet()) {
      assertEquals(entry.getValue(), map.get(entry.getKey().bytes()));
    }
  }

  private static NavigableMap<Key, Integer> read(OrderedMap<Integer> map, Key from) {
    NavigableMap<Key, Integer> read = new TreeMap<>();
    MapCursor<Integer> cursor = map.from(from.bytes());
    while (cursor.next()) {
      Key key = new Key(cursor.key());
      assertTrue(read.isEmpty() || read.lastKey().compareTo(key) < 0, "in order");
      read.put(key, cursor.value());
    }
    return read;
  }

  /** The number of entries below a node, all of whose widths must be right. */
  private static long check(MapNode node, boolean isRoot) {
    assertTrue(node.slots.length <= MapNode.MAX_SLOTS, "not too wide");
    if (node.isLeaf()) {
      assertTrue(isRoot || node.slots.length >= MapNode.MIN_SLOTS, "not too narrow");
      return node.slots.length;
    }
    assertTrue(node.slots.length >= (isRoot ? 2 : MapNode.MIN_SLOTS), "not too narrow");
    assertEquals(node.slots.length - 1, PackedKeys.count(node.keys));
    long below = 0;
    for (int i = 0; i < node.slots.length; i++) {
      below += check(node.child(i), /* isRoot= */ false);
    }
    return below;
  }
}
