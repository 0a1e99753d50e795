package hraftd.watch;

import hraftd.kv.Change;
import hraftd.kv.KvView;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
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

    /** Changes are missing from here on: the reader has to begin anew. The last of a stream. */
    byte[] reset(long revision);
  }

  private final Feed feed;
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

  /** Only used by the thread that does the work. */
  private boolean begun;

  private Watcher(Feed feed, Format format, Sink sink, Consumer<Watcher> ended) {
    this.feed = feed;
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
    Feed feed = new Feed(history, revision, filter, format, /* backlog= */ null);
    return new Watcher(feed, format, sink, ended);
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
    Backlog backlog = new Backlog(view, filter, backlogs);
    Feed feed = new Feed(history, view.revision(), filter, format, backlog);
    return new Watcher(feed, format, sink, ended);
  }

  /**
   * Sends what there is to send; does not block. One that is only late, not waiting for its reader,
   * can still send what the history has let go: the entries are linked, unless the store was
   * replaced.
   */
  void wake() {
    if (!over && writing && feed.isLost() && !feed.isAtEnd()) {
      // To who takes nothing, nothing can be said, and what the history has let go is held for it.
      cut();
      return;
    }
    if (wishes.getAndIncrement() == 0) {
      goOn();
    }
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
      Backlog sending = feed.backlog();
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
    Backlog existing = feed.backlog();
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
    byte[] batch = isReplaced() ? null : feed.next();
    if (batch == null && isReplaced()) {
      stop = true;
      return feed.reset();
    }
    if (batch == null && !begun) {
      // Sends the head of the answer, so that the client knows that it is heard.
      batch = format.keepAlive();
    } else if (batch == null && System.nanoTime() - lastWrite > KEEP_ALIVE.toNanos()) {
      ByteArrayOutputStream alive = new ByteArrayOutputStream();
      alive.writeBytes(format.keepAlive());
      alive.writeBytes(format.progress(feed.revision()));
      batch = alive.toByteArray();
    }
    begun = true;
    return batch;
  }

  /** True if the store was replaced, and nothing of the one before is left to be sent. */
  private boolean isReplaced() {
    return feed.isLost() && feed.isAtEnd();
  }
}
