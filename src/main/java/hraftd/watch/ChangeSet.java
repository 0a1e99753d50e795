package hraftd.watch;

import hraftd.kv.Change;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What one entry of the log changed. Immutable but for its successor; any thread may read it. */
public final class ChangeSet {

  /** What a change takes besides its key and value, roughly. */
  private static final int OVERHEAD_BYTES = 100;

  private final long revision;
  private final List<Change> changes;
  private final AtomicReferenceArray<byte @Nullable []> encodings;

  /** Of all entries that the history keeps. */
  private final AtomicLong allEncodedBytes;

  /** Of this one; far below 0 once the history has let it go. */
  private final AtomicLong encodedBytes = new AtomicLong();

  private volatile @Nullable ChangeSet next;

  /**
   * An entry.
   *
   * @param allEncodedBytes counts what is encoded, as long as the history keeps the entry
   */
  ChangeSet(long revision, List<Change> changes, AtomicLong allEncodedBytes) {
    this.allEncodedBytes = allEncodedBytes;
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
  public @Nullable ChangeSet next() {
    return next;
  }

  /**
   * A change as bytes, made once however many watchers want it; not to be changed.
   *
   * @param index of the change
   * @param encoder makes the bytes; all callers use the same
   */
  public byte[] encoded(int index, BiFunction<Change, Long, byte[]> encoder) {
    byte[] bytes = encodings.get(index);
    if (bytes == null) {
      bytes = keep(index, encoder.apply(changes.get(index), revision));
    }
    return bytes;
  }

  private byte[] keep(int index, byte[] made) {
    byte[] first = encodings.compareAndExchange(index, null, made);
    if (first != null) {
      return first;
    }
    if (encodedBytes.addAndGet(made.length) > 0) {
      allEncodedBytes.addAndGet(made.length);
    }
    return made;
  }

  /** The history lets it go: what is encoded is no longer counted. */
  void letGo() {
    long counted = encodedBytes.getAndSet(Long.MIN_VALUE / 2);
    if (counted > 0) {
      allEncodedBytes.addAndGet(-counted);
    }
  }

  void linkTo(ChangeSet entry) {
    next = entry;
  }

  /** The content that it holds in memory, besides what is encoded. */
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
