package hraftd.watch;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest changes of the store, for watchers that resume and watchers that are slower than the
 * writers. Bounded by number and by bytes: the oldest entries go first.
 *
 * <p>One thread, the applying one, appends; any thread reads. The entries are a linked list: a
 * reader keeps the last entry that it has seen and follows its {@link ChangeSet#next}, with no
 * lock. It must give up when {@link #lost} says that the list behind it was cut, because as long as
 * it holds an old entry it holds everything since.
 */
public final class History implements ChangeListener {

  /** So many changed keys are kept: some seconds of a busy store, hours of a quiet one. */
  public static final int MAX_CHANGES = 100_000;

  /** So many bytes of keys and values, and of events made of them, are kept: a part of the heap. */
  public static final long MAX_BYTES = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final int maxChanges;
  private final long maxBytes;
  private final List<Runnable> signals = new CopyOnWriteArrayList<>();

  /** Bytes of events that watchers have had made; a new count with every reset. */
  private AtomicLong encodedBytes = new AtomicLong();

  /** Its own changes are gone (or there were none); those after it are here. */
  private volatile ChangeSet oldest = new ChangeSet(0, List.of(), encodedBytes);

  private volatile ChangeSet newest = oldest;

  /** Bytes of all changes there ever were; written by the applying thread alone. */
  private volatile long written;

  // Both, and the count of encoded bytes, are only used by the applying thread.
  private long changes;
  private long bytes;

  /** An empty history with the usual bounds. */
  public History() {
    this(MAX_CHANGES, MAX_BYTES);
  }

  /** An empty history. */
  public History(int maxChanges, long maxBytes) {
    this.maxChanges = maxChanges;
    this.maxBytes = maxBytes;
  }

  /**
   * Has this run after every change, on the applying thread: it must be quick and must not throw.
   */
  public void subscribe(Runnable signal) {
    signals.add(signal);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread alone writes it.
  @Override
  public void changed(long revision, List<Change> changed) {
    ChangeSet entry = new ChangeSet(revision, changed, encodedBytes);
    changes += changed.size();
    long more = entry.bytes();
    bytes += more;
    written += more;
    newest.linkTo(entry);
    newest = entry;
    evict();
    signals.forEach(Runnable::run);
  }

  /** Keeps the newest entry whatever its size, so that watchers that keep up see everything. */
  private void evict() {
    ChangeSet last = oldest;
    ChangeSet next = last.next();
    while (next != null && next != newest && isTooMuch()) {
      changes -= next.changes().size();
      bytes -= next.bytes();
      next.letGo();
      last = next;
      next = next.next();
    }
    oldest = last;
  }

  private boolean isTooMuch() {
    return changes > maxChanges || bytes + encodedBytes.get() > maxBytes;
  }

  @Override
  public void reset(long revision) {
    if (revision != newest.revision()) {
      encodedBytes = new AtomicLong();
      ChangeSet start = new ChangeSet(revision, List.of(), encodedBytes);
      changes = 0;
      bytes = 0;
      newest = start;
      oldest = start;
    }
    signals.forEach(Runnable::run);
  }

  /** Bytes of the changes that have come so far, kept or not. */
  public long written() {
    return written;
  }

  /** The newest entry; its revision is the store's. */
  public ChangeSet newest() {
    return newest;
  }

  /** The smallest revision after which all changes are still here. */
  public long oldestRevision() {
    return oldest.revision();
  }

  /** True if entries between this one and the newest may be gone. */
  public boolean lost(ChangeSet position) {
    return lost(position.revision());
  }

  /** True if changes after this revision may be gone. */
  boolean lost(long revision) {
    return revision < oldest.revision();
  }

  /**
   * The entry from which to go on after a revision: the last that is not newer. One that is still
   * to come is fine: nothing before it is wanted.
   *
   * @throws CompactedException if changes after the revision are gone
   */
  public ChangeSet position(long revision) throws CompactedException {
    ChangeSet at = oldest;
    if (revision < at.revision()) {
      throw new CompactedException(at.revision());
    }
    ChangeSet end = newest;
    if (revision >= end.revision()) {
      return end;
    }
    for (ChangeSet next = at.next();
        next != null && next.revision() <= revision;
        next = at.next()) {
      at = next;
    }
    return at;
  }
}
