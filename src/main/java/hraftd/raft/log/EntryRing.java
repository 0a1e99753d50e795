package hraftd.raft.log;

import hraftd.raft.core.Entry;
import org.jspecify.annotations.Nullable;

/** Consecutive entries in memory: quick to find, to add behind and to drop at both ends. */
final class EntryRing {
  private Entry[] slots = new Entry[64];
  private long first = 1;
  private int size;
  private long weight;

  /** How many there are. */
  int size() {
    return size;
  }

  /** The sum of their {@link Entry#weight}. */
  long weight() {
    return weight;
  }

  /** The entry with this index, or null if it is not here. */
  @Nullable Entry get(long index) {
    return index < first || index >= first + size ? null : slots[slot(index)];
  }

  /** Adds the one behind the last; any one if the ring is empty. */
  void add(Entry entry) {
    if (size == 0) {
      first = entry.index();
    }
    if (size == slots.length) {
      grow();
    }
    slots[slot(entry.index())] = entry;
    size++;
    weight += entry.weight();
  }

  /** Removes the first one; there must be one. */
  void removeFirst() {
    remove(first);
    first++;
  }

  /** Removes those below this index. */
  void removeBelow(long index) {
    while (size > 0 && first < index) {
      removeFirst();
    }
  }

  /** Removes this one and all behind it. */
  void truncateFrom(long index) {
    while (size > 0 && first + size - 1 >= index) {
      remove(first + size - 1);
    }
  }

  @SuppressWarnings("NullAway") // a free slot holds null
  private void remove(long index) {
    weight -= slots[slot(index)].weight();
    slots[slot(index)] = null;
    size--;
  }

  private void grow() {
    Entry[] old = slots;
    slots = new Entry[old.length * 2];
    for (long index = first; index < first + size; index++) {
      slots[slot(index)] = old[(int) (index & (old.length - 1))];
    }
  }

  private int slot(long index) {
    return (int) (index & (slots.length - 1));
  }
}
