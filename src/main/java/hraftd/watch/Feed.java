package hraftd.watch;

import hraftd.kv.Change;
import hraftd.kv.Item;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a watcher is sent, in batches: first its backlog, if it wants what exists, then the changes
 * that it wants. One thread at a time makes batches; how far it is may be asked by any.
 */
final class Feed {

  /** A batch is closed once it is this long: enough for a full network packet many times over. */
  static final int BATCH_BYTES = 32 << 10;

  private static final byte[] NOTHING = new byte[0];

  private final History history;
  private final Filter filter;
  private final Watcher.Format format;
  private final long skipTo;
  private volatile ChangeSet position;

  // Only used by the thread that makes batches.
  private @Nullable Backlog backlog;
  private @Nullable ChangeSet current;
  private int index;
  private byte[] closing = NOTHING;

  /**
   * What happens after a revision.
   *
   * @param filter the keys that are wanted
   * @param backlog what is sent before; null: nothing
   * @throws CompactedException if changes after the revision are gone
   */
  Feed(
      History history,
      long revision,
      Filter filter,
      Watcher.Format format,
      @Nullable Backlog backlog)
      throws CompactedException {
    this.history = history;
    this.filter = filter;
    this.format = format;
    this.skipTo = revision;
    this.position = history.position(revision);
    this.backlog = backlog;
  }

  /** What exists and is still to be sent; null: nothing. */
  @Nullable Backlog backlog() {
    return backlog;
  }

  /** True if the history has let go of entries that are still to be sent. */
  boolean isLost() {
    return history.lost(revision());
  }

  /** True if no further entry is linked to the last one that was passed. */
  boolean isAtEnd() {
    return position.next() == null;
  }

  /** Everything up to this revision has been passed, but for a backlog. */
  long revision() {
    return Math.max(position.revision(), skipTo);
  }

  /** The next batch, not to be changed; null if there is nothing now. */
  byte @Nullable [] next() {
    ByteArrayOutputStream batch = new ByteArrayOutputStream(256);
    batch.writeBytes(closing);
    closing = NOTHING;
    addExisting(batch);
    boolean fits = true;
    while (fits && backlog == null && batch.size() < BATCH_BYTES && findNext()) {
      fits = addChanges(batch);
    }
    if (batch.size() > 0) {
      return batch.toByteArray();
    }
    return fits ? null : takeLarge();
  }

  /** What ends the stream of a reader that has missed something. */
  byte[] reset() {
    ByteArrayOutputStream end = new ByteArrayOutputStream(256);
    end.writeBytes(closing);
    end.writeBytes(format.reset(revision()));
    return end.toByteArray();
  }

  /** Values may be large: no more of them than fit, whatever the page of the store holds. */
  private void addExisting(ByteArrayOutputStream batch) {
    Backlog existing = backlog;
    if (existing == null) {
      return;
    }
    long revision = existing.revision();
    while (batch.size() < BATCH_BYTES) {
      Item item = existing.next();
      if (item == null) {
        // Everything that exists has been sent: from here on the reader can resume.
        batch.writeBytes(format.progress(revision));
        backlog = null;
        return;
      }
      batch.writeBytes(format.change(new Change(item.key(), item, false), revision));
      batch.writeBytes(format.between());
    }
  }

  /** Moves to the next entry if the last one is finished; false if there is none. */
  private boolean findNext() {
    while (current == null) {
      ChangeSet next = following();
      if (next == null) {
        return false;
      }
      if (next.revision() <= skipTo || next.changes().stream().noneMatch(this::wants)) {
        position = next;
      } else {
        current = next;
        index = 0;
      }
    }
    return true;
  }

  /**
   * The entry after the position; null if there is none. A node that has just started goes through
   * what its reader has seen already, and its store may be replaced on the way.
   */
  private @Nullable ChangeSet following() {
    ChangeSet next = position.next();
    if (next == null && history.lost(position) && !history.lost(skipTo)) {
      try {
        position = history.position(skipTo);
      } catch (CompactedException e) {
        // Replaced once more: as with a reader that is too slow.
        return null;
      }
      next = position.next();
    }
    return next;
  }

  private boolean wants(Change change) {
    return filter.wants(change.key());
  }

  /** Adds what is wanted of the current entry; false if a large change is next. */
  private boolean addChanges(ByteArrayOutputStream batch) {
    ChangeSet entry = Objects.requireNonNull(current);
    int next = nextWanted(entry.changes(), index);
    while (next >= 0 && batch.size() < BATCH_BYTES) {
      byte[] event = entry.encoded(next, format::change);
      if (event.length >= BATCH_BYTES) {
        index = next;
        return false;
      }
      batch.writeBytes(event);
      batch.writeBytes(passed(entry, next));
      next = current == null ? -1 : index;
    }
    return true;
  }

  /**
   * The large change that is next, as a batch of its own: the very bytes that all watchers share,
   * or a thousand watchers would hold a thousand copies.
   */
  private byte[] takeLarge() {
    ChangeSet entry = Objects.requireNonNull(current);
    byte[] event = entry.encoded(index, format::change);
    closing = passed(entry, index);
    return event;
  }

  /** Moves on behind a change; returns what closes it. */
  private byte[] passed(ChangeSet entry, int change) {
    int following = nextWanted(entry.changes(), change + 1);
    if (following >= 0) {
      index = following;
      return format.between();
    }
    position = entry;
    current = null;
    return format.last(entry.revision());
  }

  private int nextWanted(List<Change> changes, int from) {
    for (int i = from; i < changes.size(); i++) {
      if (wants(changes.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
