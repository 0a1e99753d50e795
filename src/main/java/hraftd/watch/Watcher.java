package hraftd.watch;

import hraftd.kv.Change;
import hraftd.kv.Item;
import hraftd.kv.KvView;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One reader of the history. It has no queue of its own: it remembers how far it is and, when its
 * {@link Sink} has taken a batch, makes the next one. So what it holds is one batch, and a reader
 * that is slower than the history is long is dropped.
 *
 * <p>{@link #wake} may be called by any thread; one of them at a time does the work, and the others
 * only leave a note that there may be more.
 */
public final class Watcher {

  /** A batch is closed once it is this long: enough for a full network packet many times over. */
  static final int BATCH_BYTES = 32 << 10;

  private static final byte[] NOTHING = new byte[0];

  /** A quiet watcher gets a sign of life this often. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /** A reader that takes nothing for so long is dropped. */
  static final Duration STALLED = Duration.ofSeconds(30);

  /** Where the batches go. */
  public interface Sink {
    /** Takes a batch without blocking; calls back once when it is gone, with the failure if any. */
    void write(byte[] batch, Consumer<@Nullable Throwable> done);

    /** Ends the stream in order; no write is under way. */
    void end();

    /** Cuts the stream off, even in the middle of a write. */
    void cut();
  }

  /** How events look. */
  public interface Format {
    /** A change, without what closes it; the same for every watcher. */
    byte[] change(Change change, long revision);

    /** What closes a change that others of the same entry follow. */
    byte[] between();

    /** What closes the last change of an entry: from here on a reader can resume after it. */
    byte[] last(long revision);

    /** Everything up to the revision has been sent: from here on a reader can resume after it. */
    byte[] progress(long revision);

    /** A sign of life that says nothing. */
    byte[] keepAlive();
  }

  private final History history;
  private final Filter filter;
  private final Sink sink;
  private final Format format;
  private final Consumer<Watcher> ended;

  /** How many wishes to run there are since the work was last found done. */
  private final AtomicInteger wishes = new AtomicInteger();

  private volatile long writingSince;
  private volatile boolean writing;
  private volatile boolean stop;
  private volatile boolean over;
  private volatile long lastWrite = System.nanoTime();
  private volatile Entry position;

  // Only used by the thread that does the work.
  private boolean begun;
  private @Nullable Backlog backlog;
  private long skipTo;
  private @Nullable Entry current;
  private int index;
  private byte[] closing = NOTHING;

  private Watcher(
      History history,
      Entry position,
      Filter filter,
      Format format,
      Sink sink,
      Consumer<Watcher> ended) {
    this.history = history;
    this.position = position;
    this.filter = filter;
    this.format = format;
    this.sink = sink;
    this.ended = ended;
  }

  /**
   * A watcher of what happens after a revision.
   *
   * @param filter the keys that it wants
   * @param ended told once when it is over
   * @throws CompactedException if changes after the revision are gone
   */
  static Watcher after(
      History history,
      long revision,
      Filter filter,
      Format format,
      Sink sink,
      Consumer<Watcher> ended)
      throws CompactedException {
    Watcher watcher = new Watcher(history, history.position(revision), filter, format, sink, ended);
    watcher.skipTo = revision;
    return watcher;
  }

  /**
   * A watcher of what exists in a view, then of what happened after it.
   *
   * @param backlogs sends what exists
   * @throws CompactedException if changes after the view are gone already
   */
  static Watcher from(
      History history,
      KvView view,
      Filter filter,
      Format format,
      Sink sink,
      Backlogs backlogs,
      Consumer<Watcher> ended)
      throws CompactedException {
    Watcher watcher = after(history, view.revision(), filter, format, sink, ended);
    watcher.backlog = new Backlog(view, filter, backlogs);
    return watcher;
  }

  /** Sends what there is to send; does not block. */
  void wake() {
    if (!over && tooSlow()) {
      cut();
    } else if (wishes.getAndIncrement() == 0) {
      goOn();
    }
  }

  /**
   * True if it holds entries that the history has let go and that its reader wants. One that is
   * only late, not waiting for its reader, can still catch up: the entries are linked, unless the
   * store was replaced.
   */
  private boolean tooSlow() {
    return history.lost(Math.max(position.revision(), skipTo))
        && (writing || position.next() == null);
  }

  /** Called about once a second: signs of life, and the end of a reader that does not read. */
  void tick(long now) {
    if (writing) {
      if (now - writingSince > STALLED.toNanos()) {
        cut();
      }
    } else if (now - lastWrite > KEEP_ALIVE.toNanos()) {
      wake();
    }
  }

  /** Ends the stream after the batch under way. */
  void stop() {
    stop = true;
    wake();
  }

  private void cut() {
    if (finish()) {
      sink.cut();
    }
  }

  private synchronized boolean finish() {
    boolean first = !over;
    over = true;
    if (first) {
      ended.accept(this);
    }
    return first;
  }

  private void work() {
    while (!over) {
      int seen = wishes.get();
      Backlog sending = backlog;
      byte[] batch = stop ? null : nextBatch();
      if (batch != null) {
        if (!write(batch, sending) || letOthersWork()) {
          return;
        }
      } else if (stop) {
        if (finish()) {
          sink.end();
        }
      } else if (wishes.addAndGet(-seen) == 0) {
        return;
      }
    }
  }

  /** Goes on, now or, as long as there is a backlog, when it is its turn. */
  private void goOn() {
    if (!letOthersWork()) {
      work();
    }
  }

  /** True if the work will go on elsewhere. */
  private boolean letOthersWork() {
    Backlog existing = backlog;
    if (existing != null) {
      existing.backlogs().takeTurn(this::work);
    }
    return existing != null;
  }

  /** True if the batch is gone already; else the work goes on when it is. */
  private boolean write(byte[] batch, @Nullable Backlog sending) {
    // 0: under way; 1: this method has returned; 2: it was done before that.
    AtomicInteger stage = new AtomicInteger();
    writingSince = System.nanoTime();
    writing = true;
    if (sending != null) {
      sending.backlogs().hold(batch.length);
    }
    sink.write(
        batch,
        failure -> {
          writing = false;
          lastWrite = System.nanoTime();
          if (sending != null) {
            sending.backlogs().release(batch.length);
          }
          if (failure != null) {
            cut();
          }
          if (!stage.compareAndSet(0, 2)) {
            goOn();
          }
        });
    return !stage.compareAndSet(0, 1);
  }

  private byte @Nullable [] nextBatch() {
    ByteArrayOutputStream batch = new ByteArrayOutputStream(256);
    batch.writeBytes(closing);
    closing = NOTHING;
    addExisting(batch);
    boolean fits = true;
    while (fits && backlog == null && batch.size() < BATCH_BYTES && findNext()) {
      fits = addChanges(batch);
    }
    if (!fits && batch.size() == 0) {
      begun = true;
      return takeLarge();
    }
    if (batch.size() == 0 && (!begun || System.nanoTime() - lastWrite > KEEP_ALIVE.toNanos())) {
      // The first one sends the head of the answer, so that the client knows that it is heard.
      batch.writeBytes(format.keepAlive());
      if (begun) {
        batch.writeBytes(format.progress(Math.max(position.revision(), skipTo)));
      }
    }
    begun = true;
    return batch.size() == 0 ? null : batch.toByteArray();
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
      Entry next = following();
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
  private @Nullable Entry following() {
    Entry next = position.next();
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
    Entry entry = Objects.requireNonNull(current);
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
    Entry entry = Objects.requireNonNull(current);
    byte[] event = entry.encoded(index, format::change);
    closing = passed(entry, index);
    return event;
  }

  /** Moves on behind a change; returns what closes it. */
  private byte[] passed(Entry entry, int change) {
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
