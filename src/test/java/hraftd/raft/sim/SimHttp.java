package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.cluster.ClusterException;
import hraftd.cluster.ClusterException.Kind;
import hraftd.http.Problem;
import hraftd.http.api.ClusterProblems;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests over HTTP between simulated machines, and from their clients: what {@link
 * hraftd.cluster.HttpPeers} and the server make of calls, without the bytes. Requests and answers
 * take their time and get lost.
 */
final class SimHttp {

  /** As long as the real client tries to connect. */
  private static final long CONNECT = 2000 * MILLI;

  private static final long DELAY = 8 * MILLI;

  /** So much later than its deadline at most a request ends, where nothing stands still. */
  private static final long LATE = 500 * MILLI;

  /** One in so many answers is lost while there are faults. */
  private static final int LOST = 25;

  final Map<HostPort, SimMachine> machines = new LinkedHashMap<>();
  private final SimCluster cluster;

  SimHttp(SimCluster cluster) {
    this.cluster = cluster;
  }

  /** Where answers go: to a process, which may have ended by then, or to a client. */
  interface Asker {
    void later(long delay, Runnable what);
  }

  /** What a node does with a request, until the deadline on its own clock. */
  interface Handler<T> extends BiFunction<SimMachine.Life, Deadline, CompletableFuture<T>> {}

  /**
   * Sends a request.
   *
   * @param from null: a client
   */
  <T> CompletableFuture<T> send(
      @Nullable SimMachine from, Asker asker, HostPort to, long timeout, Handler<T> handler) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    asker.later(timeout, () -> answer.completeExceptionally(timeout(to)));
    cluster.after(
        cluster.random.nextLong(DELAY),
        () -> arrive(new Request<>(from, asker, to, timeout, handler, answer)));
    return answer;
  }

  private record Request<T>(
      @Nullable SimMachine from,
      Asker asker,
      HostPort to,
      long timeout,
      Handler<T> handler,
      CompletableFuture<T> answer) {

    void fail(long delay, ClusterException why) {
      asker.later(delay, () -> answer.completeExceptionally(why));
    }
  }

  private static ClusterException timeout(HostPort to) {
    return new ClusterException(Kind.TIMEOUT, "the node at " + to + " does not answer in time");
  }

  private static ClusterException notThere(HostPort to) {
    return new ClusterException(Kind.UNREACHABLE, "no hraftd node answers at " + to);
  }

  private boolean reaches(@Nullable SimMachine from, @Nullable SimMachine to) {
    return from == null
        || to == null
        || (cluster.network.reaches(from.node().id, to.node().id)
            && cluster.network.reaches(to.node().id, from.node().id));
  }

  private <T> void arrive(Request<T> request) {
    SimMachine target = machines.get(request.to);
    if (!reaches(request.from, target)) {
      request.fail(Math.min(CONNECT, request.timeout), notThere(request.to));
      return;
    }
    SimMachine.Life life = target == null ? null : target.life();
    if (target == null || life == null) {
      request.fail(1, notThere(request.to));
      return;
    }
    life.whenItEnds(
        () ->
            request.fail(
                cluster.random.nextLong(DELAY),
                new ClusterException(
                    Kind.TIMEOUT, "the connection to " + request.to + " broke off")));
    life.tasks.later(1, () -> handle(request, target, life));
  }

  private <T> void handle(Request<T> request, SimMachine target, SimMachine.Life life) {
    Deadline deadline = new Deadline(life.tasks.nanoTime() + request.timeout);
    boolean calm = cluster.calm();
    CompletableFuture<T> done = request.handler.apply(life, deadline);
    var unused =
        done.whenComplete(
            (result, failure) -> {
              if (life.tasks.alive() && !hasEnded(failure)) {
                reply(request, target, result, failure);
              }
            });
    life.tasks.later(
        request.timeout + LATE,
        () -> SimLiveness.check(!calm || done.isDone(), "%s does not end a request", target));
  }

  private static boolean hasEnded(@Nullable Throwable failure) {
    return failure != null && Problem.unwrap(failure) instanceof SimTask.Ended;
  }

  private <T> void reply(
      Request<T> request, SimMachine target, T result, @Nullable Throwable failure) {
    boolean lost = !cluster.calm() && cluster.random.nextInt(LOST) == 0;
    if (lost || !reaches(target, request.from)) {
      return; // Whoever asked waits until its time is over.
    }
    long delay = cluster.random.nextLong(DELAY);
    if (failure == null) {
      request.asker.later(delay, () -> request.answer.complete(result));
    } else {
      request.fail(delay, refusal(request.to, failure));
    }
  }

  /** What is left of a failure behind a server that makes a problem of it and a reader of that. */
  private ClusterException refusal(HostPort to, Throwable failure) {
    Throwable cause = Problem.unwrap(failure);
    if (!(cause instanceof ClusterException) && !(cause instanceof ConsensusException)) {
      cluster.checking(
          () -> {
            throw new AssertionError("the node at " + to + " fails", failure);
          });
    }
    Problem problem =
        cause instanceof ClusterException refusal ? ClusterProblems.of(refusal) : Problem.of(cause);
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(problem.code().word())) {
        return new ClusterException(kind, problem.detail(), /* relayed= */ true);
      }
    }
    return new ClusterException(Kind.CONFLICT, problem.detail(), /* relayed= */ true);
  }

  /** For requests that change nothing it does not matter whether they arrived. */
  static <T> CompletableFuture<T> harmless(CompletableFuture<T> answer) {
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause = failure instanceof CompletionException c ? c.getCause() : failure;
          boolean silent = cause instanceof ClusterException e && e.kind() == Kind.TIMEOUT;
          return CompletableFuture.failedFuture(
              silent ? new ClusterException(Kind.UNREACHABLE, "no answer") : cause);
        });
  }
}
