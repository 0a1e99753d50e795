package hraftd.watch;

import hraftd.kv.Change;
import hraftd.kv.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who waits for a key to change; no thread waits. The applying thread only looks whether somebody
 * waits for what it has changed. However many changes of a key come while those who wait for it are
 * being told, they are told once more. Any thread may call.
 */
public final class KeyWaits implements AutoCloseable {

  /** Each holds a connection and little else, as a watcher does: so many as of those. */
  public static final int MAX_WAITING = Watchers.MAX_WATCHERS;

  private final History history;
  private final Executor executor;
  private final Map<Key, Round> rounds = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;

  /** Those who wait for one key, and whether they are about to be told. */
  private final class Round implements Runnable {

    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();

    void begin() {
      if (due.compareAndSet(false, true)) {
        executor.execute(this);
      }
    }

    @Override
    public void run() {
      due.set(false);
      waiting.forEach(Runnable::run);
    }
  }

  /**
   * Nobody yet.
   *
   * @param history of the copy that is waited for
   * @param executor tells those who wait
   */
  public KeyWaits(History history, Executor executor) {
    this.history = history;
    this.executor = executor;
    history.subscribe(this::changed);
  }

  /**
   * Begins to wait. What has changed before is for the caller to see, by looking after this.
   *
   * @param look is run on the executor, on one thread at a time or on several, whenever the key may
   *     have changed, until it is removed, and when nothing will change any more; must not block
   * @return false if {@link #MAX_WAITING} wait already: then this one does not
   */
  public boolean add(Key key, Runnable look) {
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      return false;
    }
    rounds.compute(
        key,
        (same, known) -> {
          Round round = known == null ? new Round() : known;
          round.waiting.add(look);
          return round;
        });
    return true;
  }

  /** Ends it; nothing if it has ended. */
  public void remove(Key key, Runnable look) {
    rounds.computeIfPresent(
        key,
        (same, round) -> {
          if (round.waiting.remove(look)) {
            count.decrementAndGet();
          }
          return round.waiting.isEmpty() ? null : round;
        });
  }

  /** How many wait. */
  public int count() {
    return count.get();
  }

  /** On the applying thread, when the copy already shows it. */
  private void changed() {
    if (count.get() == 0) {
      // One that comes now looks for itself.
      return;
    }
    List<Change> changes = history.newest().changes();
    if (changes.isEmpty()) {
      // The whole copy was replaced.
      rounds.values().forEach(Round::begin);
      return;
    }
    for (Change change : changes) {
      Round round = rounds.get(change.key());
      if (round != null) {
        round.begin();
      }
    }
  }

  /** True once nothing will change any more. */
  public boolean isClosed() {
    return closed;
  }

  /** Nothing will change any more: all look once more. Does not wait for them. */
  @Override
  public void close() {
    closed = true;
    rounds.values().forEach(Round::begin);
  }
}
