package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.RequestBudget;
import hraftd.http.StreamingReply;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Holds watches that come while this node cannot serve them yet: a browser that is refused once
 * never comes again (WHATWG HTML, 9.2.3: an {@code EventSource} fails for good on any status but
 * 200, and reconnects by itself after a stream that ends). Thread-safe.
 */
final class HeldWatches {

  /** How long a watch waits too long, at most. */
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * So many are held at a time; the others hear at once what they would hear later. Each is a
   * request being answered: with all of these held, most of that room is still there for whoever
   * asks how the node is.
   */
  static final int MAX_HELD = RequestBudget.MAX_REQUESTS / 4;

  private static final String EVENT_STREAM = "text/event-stream";

  /** What passes while a node starts. */
  private static final Set<Code> STARTING = EnumSet.of(Code.STARTING, Code.INCOMPLETE);

  /** What passes at some time, here or elsewhere. */
  private static final Set<Code> PASSING =
      EnumSet.of(Code.STARTING, Code.INCOMPLETE, Code.NO_LEADER, Code.SHUTTING_DOWN, Code.TIMEOUT);

  private final Supplier<Store> stores;
  private final Executor executor;
  private final AtomicInteger held = new AtomicInteger();

  /**
   * None yet.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param executor runs what was waited for
   */
  HeldWatches(Supplier<Store> stores, Executor executor) {
    this.stores = stores;
    this.executor = executor;
  }

  /** Answers from the store as soon as it can serve this, at the latest at the deadline. */
  CompletableFuture<Reply> serve(Request request, Function<Store, CompletableFuture<Reply>> watch) {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    attempt(request, watch, answer, /* isHeld= */ false);
    return answer
        .exceptionally(
            failure -> {
              throw Problem.of(failure);
            })
        .handle(
            (reply, failure) -> {
              if (failure == null) {
                return reply;
              }
              Problem problem = Problem.of(failure);
              if (PASSING.contains(problem.code()) && comesAgain(request)) {
                return endedAtOnce(problem);
              }
              throw problem;
            });
  }

  /** Completes the answer, or tries again soon: one future, however long that goes on. */
  private void attempt(
      Request request,
      Function<Store, CompletableFuture<Reply>> watch,
      CompletableFuture<Reply> answer,
      boolean isHeld) {
    try {
      Store store;
      try {
        store = stores.get();
        Reads.requireWhole(store, request);
      } catch (Problem problem) {
        if (!waits(problem, request) || !(isHeld || hold(answer))) {
          throw problem;
        }
        CompletableFuture.delayedExecutor(POLL.toMillis(), TimeUnit.MILLISECONDS, executor)
            .execute(() -> attempt(request, watch, answer, /* isHeld= */ true));
        return;
      }
      var unused =
          watch
              .apply(store)
              .whenComplete(
                  (reply, failure) -> {
                    if (failure == null) {
                      answer.complete(reply);
                    } else {
                      answer.completeExceptionally(failure);
                    }
                  });
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static boolean waits(Problem problem, Request request) {
    return STARTING.contains(problem.code()) && request.deadline().remaining().compareTo(POLL) > 0;
  }

  /** Takes a place until there is an answer; false if there is none. */
  private boolean hold(CompletableFuture<Reply> answer) {
    if (held.incrementAndGet() > MAX_HELD) {
      held.decrementAndGet();
      return false;
    }
    var unused = answer.whenComplete((reply, failure) -> held.decrementAndGet());
    return true;
  }

  /** True of a client that opens the stream again when it ends, as a browser does. */
  private static boolean comesAgain(Request request) {
    String accept = request.header("Accept");
    return accept != null && accept.contains(EVENT_STREAM);
  }

  private static Reply endedAtOnce(Problem problem) {
    return new StreamingReply(
        EVENT_STREAM,
        stream ->
            stream.write(
                EventFormat.comment(problem.detail()),
                failure -> {
                  if (failure == null) {
                    stream.end();
                  } else {
                    stream.cut();
                  }
                }));
  }
}
