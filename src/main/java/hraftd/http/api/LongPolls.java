package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.kv.Key;
import hraftd.watch.KeyWaits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds reads of a key while there is nothing new to say: {@code ?wait=}. The first look is as
 * fresh as any read; each later one sees a copy that is at least as new, so that it needs no
 * barrier of its own. No thread waits. Thread-safe.
 */
final class LongPolls {

  /** The parameter that says for how long. */
  static final String WAIT = "wait";

  /** So that whoever goes away without a word is forgotten, and proxies do not give up first. */
  static final Duration MAX_WAIT = Duration.ofSeconds(60);

  /** So many may one client let wait: behind a proxy all clients are one address. */
  static final int MAX_OF_ONE_CLIENT = KeyWaits.MAX_WAITING / 2;

  /** A request that waits keeps its headers: of as many as may wait these are 40 MiB. */
  private static final int MAX_HEADERS = 4 << 10;

  /** How often it is asked whether a token is still worth something. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Supplier<Store> stores;
  private final Executor executor;
  private final ClientShares shares;
  private final Set<Poll> polls = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ticking = new AtomicBoolean();

  /**
   * None yet.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param executor runs looks and answers
   */
  LongPolls(Supplier<Store> stores, Executor executor) {
    this(stores, executor, MAX_OF_ONE_CLIENT);
  }

  /** The same, and one client may let so many wait. */
  LongPolls(Supplier<Store> stores, Executor executor, int maxOfOneClient) {
    this.stores = stores;
    this.executor = executor;
    this.shares = new ClientShares(maxOfOneClient);
  }

  /**
   * Answers a read, at once if it does not ask to wait or there is something new to say.
   *
   * @param wait what {@link #wait} says
   * @param key which it reads
   * @param answer makes a reply; throws the {@link Problem} 404 if there is no such key
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The inner future is waited for: thenCompose.
  CompletableFuture<Reply> read(
      Store store, Request request, Duration wait, Key key, Reads.Answer answer) {
    CompletableFuture<Reply> first = Reads.read(store, request, executor, answer);
    if (wait.isZero()) {
      return first;
    }
    return first
        .handle(
            (reply, failure) ->
                isNews(request, reply, failure)
                    ? first
                    : new Poll(store, request, key, answer).begin(wait))
        .thenCompose(answered -> answered);
  }

  /**
   * How long a request wants to wait, at most; zero: not at all.
   *
   * @throws Problem 400 if it asks for what makes no sense, 413 if it is too large to wait
   */
  static Duration wait(Request request) {
    if ("true".equals(request.params().text(WAIT))) {
      // As etcd once had it.
      throw Problem.badRequest(
          "'" + WAIT + "' says for how long, as in wait=30s; " + ParameterHints.WATCH);
    }
    Duration wait = request.params().duration(WAIT);
    if (wait == null) {
      return Duration.ZERO;
    }
    if (wait.compareTo(MAX_WAIT) > 0) {
      throw Problem.badRequest("'" + WAIT + "' must be at most " + MAX_WAIT.toSeconds() + "s");
    }
    if (request.header(Conditions.IF_MATCH) != null) {
      throw Problem.badRequest(
          "'"
              + WAIT
              + "' goes with If-None-Match or no condition: If-Match has nothing to wait for");
    }
    int length = request.headerLength();
    if (length > MAX_HEADERS) {
      throw Problem.tooLarge("the head of a request that waits", MAX_HEADERS, length);
    }
    return wait;
  }

  /** False while the client knows it: that there is no such key, or that it has this version. */
  private static boolean isNews(
      Request request, @Nullable Reply reply, @Nullable Throwable failure) {
    if (request.header(Conditions.IF_NONE_MATCH) != null) {
      return reply == null || reply.status() != 304;
    }
    return failure == null || Problem.of(failure).code() != Code.NOT_FOUND;
  }

  private void tickLater() {
    if (!polls.isEmpty() && ticking.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(TICK.toMillis(), TimeUnit.MILLISECONDS, executor)
          .execute(this::tick);
    }
  }

  private void tick() {
    ticking.set(false);
    polls.forEach(Poll::check);
    tickLater();
  }

  /** One read that waits. */
  private final class Poll implements Runnable {

    private final Store store;
    private final Request request;
    private final Key key;
    private final Reads.Answer answer;
    private final CompletableFuture<Reply> answered = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    Poll(Store store, Request request, Key key, Reads.Answer answer) {
      this.store = store;
      this.request = request;
      this.key = key;
      this.answer = answer;
    }

    /** Begins to wait. From its first line on another thread may end it. */
    @SuppressWarnings("NullAway") // The only value of a Void.
    CompletableFuture<Reply> begin(Duration wait) {
      request.waits();
      shares.take(request);
      polls.add(this);
      if (!store.waits().add(key, this)) {
        end(null, new Problem(Code.OVERLOADED, "too many requests wait for keys to change"));
      } else if (ended.get()) {
        store.waits().remove(key, this);
      } else {
        var unused = over.thenRunAsync(this::look, executor);
        over.completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS);
        tickLater();
        look();
      }
      return answered;
    }

    /** The key may have changed. */
    @Override
    public void run() {
      if (due.compareAndSet(false, true)) {
        executor.execute(this::look);
      }
    }

    /** Answers if there is something new to say, or if it has waited long enough. */
    private void look() {
      due.set(false);
      if (ended.get()) {
        return;
      }
      boolean last = over.isDone();
      Reply reply = null;
      Throwable failure = null;
      try {
        requireServed();
        reply = Reads.now(store, request, answer);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      if (last || isNews(request, reply, failure)) {
        end(reply, failure);
      }
    }

    /** Ends it if whoever waits may no longer know. */
    void check() {
      try {
        Allowed.still(store, request);
      } catch (Problem problem) {
        end(null, problem);
      }
    }

    private void requireServed() {
      if (store.waits().isClosed()) {
        Store unused = stores.get(); // It may know better why.
        throw new Problem(Code.SHUTTING_DOWN, "this node is shutting down");
      }
    }

    @SuppressWarnings("NullAway") // The only value of a Void.
    private void end(@Nullable Reply reply, @Nullable Throwable failure) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      polls.remove(this);
      store.waits().remove(key, this);
      shares.giveBack(request);
      if (failure != null) {
        answered.completeExceptionally(failure);
      } else {
        answered.complete(reply);
      }
      over.complete(null);
    }
  }
}
