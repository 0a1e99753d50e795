package hraftd.watch;

import hraftd.kv.KvView;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All readers of one history, and the one thread that wakes them. The applying thread only sets a
 * flag; however many changes come while a round is under way, one more round serves them.
 */
public final class Watchers implements AutoCloseable {

  /** Each holds a connection and a batch. */
  public static final int MAX_WATCHERS = 10_000;

  /** The least time between two rounds: under load a round then serves many entries. */
  private static final Duration ROUND = Duration.ofMillis(1);

  /** What batches of backlogs may hold: as much as the history. */
  private static final long MAX_BACKLOG_BYTES = History.MAX_BYTES;

  /** The thread for backlogs ends when there has been none for so long. */
  private static final Duration BACKLOG_IDLE = Duration.ofSeconds(10);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final History history;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private final Backlogs backlogs;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private volatile boolean dirty;
  private volatile boolean waiting;
  private volatile boolean closed;
  private @Nullable Thread thread;

  /** Watchers of this history. */
  public Watchers(History history) {
    this.history = history;
    ThreadPoolExecutor sender =
        new ThreadPoolExecutor(
            1,
            1,
            BACKLOG_IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> daemon(work, "hraftd-watch-backlog"));
    sender.allowCoreThreadTimeOut(true);
    backlogs = new Backlogs(sender, MAX_BACKLOG_BYTES);
    history.subscribe(this::signal);
  }

  /** How many there are. */
  public int count() {
    return watchers.size();
  }

  /** True if no further one may be added. */
  public boolean full() {
    return watchers.size() >= MAX_WATCHERS;
  }

  /**
   * Begins a watch of what happens after a revision.
   *
   * @throws CompactedException if changes after it are gone
   */
  public void watchAfter(long revision, Filter filter, Watcher.Format format, Watcher.Sink sink)
      throws CompactedException {
    add(Watcher.after(history, revision, filter, format, sink, watchers::remove));
  }

  /**
   * Begins a watch of what exists in a view and of what happens after it.
   *
   * @throws CompactedException if changes after the view are gone already
   */
  public void watchFrom(KvView view, Filter filter, Watcher.Format format, Watcher.Sink sink)
      throws CompactedException {
    add(Watcher.from(history, view, filter, format, sink, backlogs, watchers::remove));
  }

  private void add(Watcher watcher) {
    startThread();
    watchers.add(watcher);
    if (closed) {
      watcher.stop();
    } else {
      watcher.wake();
    }
  }

  private void startThread() {
    lock.lock();
    try {
      if (thread == null && !closed) {
        // Only one that has begun is one: the system may refuse it, and the next watcher tries
        // again.
        Thread started = daemon(this::run, "hraftd-watch");
        started.start();
        thread = started;
      }
    } finally {
      lock.unlock();
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private void signal() {
    if (watchers.isEmpty()) {
      // One that comes now looks for itself.
      return;
    }
    dirty = true;
    if (waiting) {
      lock.lock();
      try {
        news.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private void run() {
    long lastTick = System.nanoTime();
    try {
      while (!closed) {
        awaitNews();
        if (dirty) {
          dirty = false;
          watchers.forEach(Watcher::wake);
          TimeUnit.NANOSECONDS.sleep(ROUND.toNanos());
        }
        long now = System.nanoTime();
        if (now - lastTick >= TICK.toNanos()) {
          lastTick = now;
          watchers.forEach(watcher -> watcher.tick(now));
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Its caller's loop looks again, however it woke.
  private void awaitNews() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      waiting = true;
      if (!dirty && !closed) {
        news.awaitNanos(TICK.toNanos());
      }
    } finally {
      waiting = false;
      lock.unlock();
    }
  }

  /** Ends all streams; those added later end at once. Does not wait. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      news.signal();
    } finally {
      lock.unlock();
    }
    watchers.forEach(Watcher::stop);
  }
}
