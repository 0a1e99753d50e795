package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.kv.KvView;
import hraftd.raft.RaftStatus;
import hraftd.raft.RequestTrace;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a request gets to see the store: linearizable, or this node's own copy. */
final class Reads {

  /** The parameter that takes a copy that is not whole. */
  static final String INCOMPLETE = "incomplete";

  private Reads() {}

  /** A read that is answered from one view. */
  @FunctionalInterface
  interface Answer extends Function<KvView, Reply> {}

  /**
   * Answers from a view as fresh as the request wants it: {@code level}, {@code min_revision}.
   * Never throws a {@link Problem}: the answer fails with it.
   *
   * @param executor runs the answer if the view has to be waited for
   */
  static CompletableFuture<Reply> read(
      Store store, Request request, Executor executor, Answer answer) {
    try {
      return begun(store, request, executor, answer);
    } catch (Problem problem) {
      return CompletableFuture.failedFuture(problem);
    }
  }

  private static CompletableFuture<Reply> begun(
      Store store, Request request, Executor executor, Answer answer) {
    OptionalLong atLeast = request.params().number("min_revision", 0, Long.MAX_VALUE);
    boolean stale = isStale(request.params().text("level"));
    if (stale) {
      store.traffic().readStale();
      requireWhole(store, request);
    } else {
      store.traffic().read();
    }
    if (stale && atLeast.isEmpty()) {
      noteStale(store, request);
      return CompletableFuture.completedFuture(answer.apply(store.state().view()));
    }
    CompletableFuture<Void> fresh =
        stale ? reached(store, request, atLeast.getAsLong()) : barrier(store, request);
    if (!stale && atLeast.isPresent()) {
      fresh = fresh.thenCompose(done -> reached(store, request, atLeast.getAsLong()));
    }
    return fresh.handleAsync(
        (done, failure) -> {
          Problem.rethrow(failure);
          if (stale) {
            noteStale(store, request);
          }
          return now(store, request, answer);
        },
        executor);
  }

  /**
   * Answers from this node's copy as it is now, after a request may have waited for long: of one
   * view are both what is answered and whether the sender may still have it.
   *
   * @throws Problem 401 if the token has been taken back, or its time is over; or what the answer
   *     throws
   */
  static Reply now(Store store, Request request, Answer answer) {
    KvView view = store.state().view();
    Allowed.still(view, request);
    return answer.apply(view);
  }

  private static CompletableFuture<Void> barrier(Store store, Request request) {
    RequestTrace trace = request.trace();
    return trace == null
        ? store.consensus().readBarrier(request.deadline())
        : store.consensus().readBarrier(request.deadline(), trace);
  }

  private static void noteStale(Store store, Request request) {
    RequestTrace trace = request.trace();
    if (trace != null) {
      trace.note(
          RequestTrace.What.SERVED_STALE,
          RequestTrace.Detail.at(store.consensus().status().appliedIndex()));
    }
  }

  /**
   * Refuses what looks at this node's own copy while that is not there: an empty answer, or an
   * empty backup, would pass for the truth.
   *
   * @throws Problem 503 unless the request has {@code incomplete}, which takes what there is
   */
  static void requireWhole(Store store, Request request) {
    if (store.consensus().isWhole() || request.params().flag(INCOMPLETE)) {
      return;
    }
    RaftStatus status = store.consensus().status();
    throw new Problem(
            Code.INCOMPLETE,
            "this node has not applied what it knows to be committed, or does not know what is:"
                + " its log goes to "
                + status.lastIndex()
                + ", its copy to "
                + status.appliedIndex()
                + "; '&incomplete' takes what there is")
        .with("lastIndex", status.lastIndex())
        .with("appliedIndex", status.appliedIndex());
  }

  private static boolean isStale(@Nullable String level) {
    if (level == null || level.equals("linearizable")) {
      return false;
    }
    if (level.equals("stale")) {
      return true;
    }
    throw Problem.badRequest("'level' must be linearizable or stale");
  }

  private static CompletableFuture<Void> reached(Store store, Request request, long revision) {
    return store
        .gate()
        .await(revision, request.deadline().remaining())
        .exceptionally(
            failure -> {
              if (Problem.unwrap(failure) instanceof TimeoutException) {
                throw new Problem(
                    Code.TIMEOUT,
                    Code.Effect.REJECTED,
                    "this node's copy has not reached revision "
                        + revision
                        + "; it is at "
                        + store.state().view().revision());
              }
              throw Problem.of(failure);
            });
  }
}
