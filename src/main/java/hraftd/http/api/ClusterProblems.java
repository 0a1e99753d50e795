package hraftd.http.api;

import hraftd.cluster.ClusterException;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns what the cluster refuses into problems. */
public final class ClusterProblems {
  private ClusterProblems() {}

  /** The problem that a refusal is to a client. */
  public static Problem of(ClusterException refusal) {
    Code code =
        switch (refusal.kind()) {
          case BAD_REQUEST -> Code.BAD_REQUEST;
          case NOT_FOUND -> Code.NOT_FOUND;
          case ALREADY_SET_UP -> Code.ALREADY_SET_UP;
          case CONFLICT -> Code.CONFLICT;
          case NOT_SUPPORTED -> Code.NOT_SUPPORTED;
          case NOT_SET_UP -> Code.NOT_SET_UP;
          case STARTING -> Code.STARTING;
          case NO_LEADER -> Code.NO_LEADER;
          case UNREACHABLE -> Code.UNREACHABLE;
          case REMOVED -> Code.REMOVED;
          case SHUTTING_DOWN -> Code.SHUTTING_DOWN;
          case OVERLOADED -> Code.OVERLOADED;
          case DISK_FULL -> Code.DISK_FULL;
          case TIMEOUT -> Code.TIMEOUT;
          case INTERNAL -> Code.INTERNAL;
        };
    return new Problem(code, refusal.detail());
  }

  /** The same call, with refusals as problems. */
  static <T> T asking(Supplier<T> call) {
    try {
      return call.get();
    } catch (ClusterException e) {
      throw of(e);
    }
  }

  /** The answer made into a reply, or the refusal into a problem. */
  static <T> CompletableFuture<Reply> reply(CompletableFuture<T> answer, Function<T, Reply> reply) {
    return answer.handle(
        (result, failure) -> {
          if (failure == null) {
            return reply.apply(result);
          }
          Throwable cause = Problem.unwrap(failure);
          if (cause instanceof ClusterException refusal) {
            throw of(refusal);
          }
          throw cause instanceof RuntimeException e ? e : new CompletionException(cause);
        });
  }
}
