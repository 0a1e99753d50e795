package hraftd.kv.state;

import hraftd.kv.Change;
import hraftd.kv.Command;
import hraftd.kv.Item;
import hraftd.kv.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contents while one command changes them: nobody else sees them yet. One thread. */
final class Draft {

  private final Contents before;
  private ItemIndex.Editor items;
  private final List<Change> changes = new ArrayList<>(1);

  Draft(Contents before) {
    this.before = before;
    items = before.items().edit();
  }

  /** What is under the key by now; null if it is absent. */
  @Nullable Item get(Key key) {
    return items.get(key);
  }

  /** Sets the key; its version is the revision that the command makes. */
  void put(Command.Pair pair) {
    Item item =
        new Item(
            pair.key(),
            pair.value(),
            before.revision() + 1,
            expiresAt(before.clockMillis(), pair.ttlMillis()));
    items.put(item);
    changes.add(new Change(pair.key(), item, /* expired= */ false));
  }

  /** Deletes the key; false if it was absent. */
  boolean delete(Key key) {
    return remove(key, /* expired= */ false);
  }

  /** Deletes all keys with the prefix and says how many they were; nothing was changed before. */
  long deleteAll(Key prefix) {
    long count = 0;
    for (ItemIndex.Cursor from = before.items().from(prefix); from.next(); count++) {
      Key key = from.item().key();
      if (!key.startsWith(prefix)) {
        break;
      }
      changes.add(new Change(key, null, /* expired= */ false));
    }
    if (count > before.items().size() / 2) {
      items = before.items().without(prefix).edit();
    } else {
      changes.forEach(change -> items.remove(change.key()));
    }
    return count;
  }

  /** Deletes what is due at the clock, oldest first, and says how many they were. */
  long expire(int limit) {
    List<Key> due = before.items().due(before.clockMillis(), limit);
    for (Key key : due) {
      remove(key, /* expired= */ true);
    }
    return due.size();
  }

  /** The revision that the command leaves: a new one if anything changed. */
  long revision() {
    return changes.isEmpty() ? before.revision() : before.revision() + 1;
  }

  /** The contents after the command. */
  Contents done() {
    return changes.isEmpty() ? before : before.with(revision(), items.done());
  }

  /** What changed, in key order, each key once as it is in the end. */
  List<Change> changes() {
    if (isInOrder(changes)) {
      return changes;
    }
    changes.sort(Comparator.comparing(Change::key)); // stable: the last of a key stays the last
    List<Change> last = new ArrayList<>(changes.size());
    for (int i = 0; i < changes.size(); i++) {
      if (i + 1 == changes.size() || !changes.get(i).key().equals(changes.get(i + 1).key())) {
        last.add(changes.get(i));
      }
    }
    return last;
  }

  /** When something written at the clock is due; 0: never. A sum too large is the last moment. */
  static long expiresAt(long clock, long ttl) {
    if (ttl == 0) {
      return 0;
    }
    return ttl > Long.MAX_VALUE - clock ? Long.MAX_VALUE : clock + ttl;
  }

  private boolean remove(Key key, boolean expired) {
    boolean removed = items.remove(key);
    if (removed) {
      changes.add(new Change(key, null, expired));
    }
    return removed;
  }

  private static boolean isInOrder(List<Change> changes) {
    for (int i = 1; i < changes.size(); i++) {
      if (changes.get(i - 1).key().compareTo(changes.get(i).key()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
