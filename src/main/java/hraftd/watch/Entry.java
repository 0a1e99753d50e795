package hraftd.watch;

import hraftd.kv.Change;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What one entry of the log changed. Immutable but for its successor; any thread may read it. */
public final class Entry {

  /** What a change takes besides its key and value, roughly. */
  private static final int OVERHEAD_BYTES = 100;

  private final long revision;
  private final List<Change> changes;
  private final AtomicReferenceArray<byte @Nullable []> encodings;
  private volatile @Nullable Entry next;

  Entry(long revision, List<Change> changes) {
    this.revision = revision;
    this.changes = changes;
    this.encodings = new AtomicReferenceArray<>(changes.size());
  }

  /** The store's revision after it. */
  public long revision() {
    return revision;
  }

  /** The changed keys, in key order. */
  public List<Change> changes() {
    return changes;
  }

  /** The entry after this one; null if there is none yet. */
  public @Nullable Entry next() {
    return next;
  }

  /**
   * A change as bytes, made once however many watchers want it.
   *
   * @param index of the change
   * @param encoder makes the bytes; all callers use the same
   */
  public byte[] encoded(int index, BiFunction<Change, Long, byte[]> encoder) {
    byte[] bytes = encodings.get(index);
    if (bytes == null) {
      bytes = encoder.apply(changes.get(index), revision);
      encodings.set(index, bytes);
    }
    return bytes;
  }

  void linkTo(Entry entry) {
    next = entry;
  }

  /** The content that it holds in memory; it may be there once more, encoded. */
  long bytes() {
    long sum = 0;
    for (Change change : changes) {
      sum += OVERHEAD_BYTES + change.key().bytes().length;
      if (change.item() != null) {
        sum += change.item().value().length;
      }
    }
    return sum;
  }
}
