package hraftd.cluster;

import hraftd.fatal.FatalErrors;
import hraftd.kv.KvView;
import hraftd.kv.UnsoundCopyException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks again and again whether what is in memory is still what was written to it: the hash of all
 * items, counted anew, has to be the one that went on with each change. What lies there unread for
 * months is looked at by nobody else. One thread; takes at most a hundredth of it.
 */
final class Recount implements AutoCloseable {

  /** After a round it rests for so many times as long as that took. */
  private static final int REST = 100;

  private final Supplier<KvView> store;
  private final Duration every;
  private final Consumer<UnsoundCopyException> failed;
  private final ScheduledExecutorService thread;

  /**
   * A recount that has not begun.
   *
   * @param every a round begins no sooner than this after the one before
   * @param failed told once that the copy is not sound; then it is not looked at again
   */
  Recount(Supplier<KvView> store, Duration every, Consumer<UnsoundCopyException> failed) {
    this.store = store;
    this.every = every;
    this.failed = failed;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "cluster-recount");
              made.setDaemon(true);
              return made;
            });
  }

  void start() {
    next(every);
  }

  private void next(Duration pause) {
    if (!thread.isShutdown()) {
      var unused = thread.schedule(this::round, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void round() {
    try {
      long began = System.nanoTime();
      KvView view = store.get();
      var counted = view.recount();
      if (!counted.equals(view.hash())) {
        failed.accept(UnsoundCopyException.recounted(view.revision(), view.hash(), counted));
        return;
      }
      Duration rest = Duration.ofNanos(System.nanoTime() - began).multipliedBy(REST);
      next(rest.compareTo(every) > 0 ? rest : every);
    } catch (RuntimeException | Error e) {
      FatalErrors.check(e);
      failed.accept(new UnsoundCopyException("this node's copy cannot be read: " + e));
    }
  }

  /** Begins no further round; one under way only reads. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
