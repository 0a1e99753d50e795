package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.kv.Command;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.security.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds tokens to the bytes that they may keep in the store. What lies under the prefixes that a
 * token may write is counted in this node's copy, at most once a second and, for each token, for a
 * twentieth of the time at most; in between what this node lets through is added. So a limit may be
 * passed by what other nodes let through meanwhile, and what is deleted makes room when it is
 * counted next. Thread-safe.
 */
final class StoredBytes {

  /** How old a count may be. */
  static final Duration AGE = Duration.ofSeconds(1);

  /** Counting takes at most one part in so many of a processor's time. */
  private static final long SHARE = 20;

  /** Keys that are looked at in one piece. */
  private static final int PAGE = 1000;

  /** Counts of tokens that are no more are forgotten with all others, at so many. */
  private static final int MAX_TOKENS = 10_000;

  /** What a token has, as far as is known. Guarded by itself. */
  private static final class Count {
    private final Token token;
    private @Nullable CompletableFuture<Void> counting;
    private boolean isKnown;
    private long bytes;
    private long validUntil;

    /** Let through since the count, and since the one that is under way began. */
    private long added;

    private long addedMeanwhile;

    Count(Token token) {
      this.token = token;
    }
  }

  private final Supplier<KvView> views;
  private final LongSupplier nanoClock;
  private final Executor executor;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  /**
   * Counts nothing yet.
   *
   * @param executor counts; a count may take long
   */
  StoredBytes(Supplier<KvView> views, LongSupplier nanoClock, Executor executor) {
    this.views = views;
    this.nanoClock = nanoClock;
    this.executor = executor;
  }

  /**
   * Done when a command may be proposed, as its sender has no limit or is below it; fails with a
   * {@link Problem}, 507, if it would be above it.
   */
  CompletableFuture<Void> admit(Caller caller, Command command) {
    Token token = caller.token();
    long bytes = token == null || token.limits().bytes() == 0 ? 0 : bytes(command);
    if (token == null || bytes == 0) {
      return CompletableFuture.completedFuture(null);
    }
    if (counts.size() >= MAX_TOKENS) {
      counts.clear();
    }
    Count count =
        counts.compute(
            token.name(),
            (name, old) -> old != null && old.token.equals(token) ? old : new Count(token));
    return counted(count, caller).thenAccept(done -> take(count, bytes));
  }

  private CompletableFuture<Void> counted(Count count, Caller caller) {
    synchronized (count) {
      if (count.isKnown && count.validUntil - nanoClock.getAsLong() > 0) {
        return CompletableFuture.completedFuture(null);
      }
      CompletableFuture<Void> counting = count.counting;
      if (counting == null) {
        count.addedMeanwhile = 0;
        counting = CompletableFuture.runAsync(() -> count(count, caller), executor);
        count.counting = counting;
      }
      return counting;
    }
  }

  private void count(Count count, Caller caller) {
    long began = nanoClock.getAsLong();
    try {
      long bytes = stored(views.get(), caller);
      synchronized (count) {
        long now = nanoClock.getAsLong();
        count.bytes = bytes;
        count.added = count.addedMeanwhile;
        count.isKnown = true;
        count.validUntil = now + Math.max(AGE.toNanos(), SHARE * (now - began));
      }
    } finally {
      synchronized (count) {
        count.counting = null;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // Another one of the same list.
  private static long stored(KvView view, Caller caller) {
    List<Rule> writable =
        caller.rules().stream().filter(rule -> rule.may().covers(Right.WRITE)).toList();
    long bytes = 0;
    for (Rule rule : writable) {
      boolean isInner =
          writable.stream()
              .anyMatch(outer -> outer != rule && rule.prefix().startsWith(outer.prefix()));
      bytes += isInner ? 0 : stored(view, rule.prefix(), caller);
    }
    return bytes;
  }

  private static long stored(KvView view, Key prefix, Caller caller) {
    long bytes = 0;
    Key after = null;
    List<Item> page;
    do {
      page = view.list(prefix, after, PAGE);
      for (Item item : page) {
        after = item.key();
        if (caller.may(Right.WRITE, after)) {
          bytes += after.bytes().length + item.value().length;
        }
      }
    } while (page.size() == PAGE);
    return bytes;
  }

  private static void take(Count count, long bytes) {
    synchronized (count) {
      long limit = count.token.limits().bytes();
      long stored = count.bytes + count.added;
      if (stored + bytes > limit) {
        throw new Problem(
            Code.QUOTA_FULL,
            "'"
                + count.token.name()
                + "' may keep "
                + limit
                + " bytes, has about "
                + stored
                + ", and this is "
                + bytes
                + " more");
      }
      count.added += bytes;
      count.addedMeanwhile += bytes;
    }
  }

  /** What a command can add at most: what it replaces is not known yet. */
  private static long bytes(Command command) {
    if (command instanceof Command.Put put) {
      return put.pairs().stream().mapToLong(StoredBytes::bytes).sum();
    }
    return command instanceof Command.Txn txn
        ? Math.max(bytes(txn.then()), bytes(txn.otherwise()))
        : 0;
  }

  private static long bytes(List<Operation> operations) {
    long bytes = 0;
    for (Operation operation : operations) {
      bytes += operation instanceof Operation.PutKey put ? bytes(put.pair()) : 0;
    }
    return bytes;
  }

  private static long bytes(Pair pair) {
    return (long) pair.key().bytes().length + pair.value().length;
  }
}
