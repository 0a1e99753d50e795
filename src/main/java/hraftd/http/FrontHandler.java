package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.metrics.RouteMeter;
import hraftd.security.Caller;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers the data plane before Javalin sees it, by the same table and the same actions: takes a
 * request from Jetty, reads its body, runs the action and sends its answer. Never blocks. What is
 * not in its table goes on to Javalin. Why it is here, and what it costs to take it away, is said
 * in the package's documentation.
 */
final class FrontHandler extends Handler.Wrapper {

  /** Work on a body longer than this would keep the connections' own thread for too long. */
  private static final int LONG_BODY_BYTES = 64 << 10;

  /** Who may wait longer than this for an answer must not look idle; a servlet looks to that. */
  private static final Duration LONG_WAIT = JettySettings.IDLE_TIMEOUT.dividedBy(2);

  private final RouteTable routes;
  private final RequestCheck check;
  private final Access access;
  private final RequestBudget budget;
  private final Executor longWork;

  /** By identity: to hash a route costs more than to find it. */
  private final IdentityHashMap<Route, RouteMeter> meters = new IdentityHashMap<>();

  /**
   * In front of Javalin.
   *
   * @param routes what it answers
   * @param access who may ask
   * @param longWork runs what takes longer
   */
  FrontHandler(
      RouteTable routes,
      RequestCheck check,
      Access access,
      RequestBudget budget,
      Executor longWork,
      Metrics metrics) {
    this.routes = routes;
    this.check = check;
    this.access = access;
    this.budget = budget;
    this.longWork = longWork;
    for (Route route : routes.routes()) {
      meters.put(route, metrics.route(route.method(), route.path()));
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request, Response response, Callback callback)
      throws Exception {
    HttpURI target = request.getHttpURI();
    RouteTable.Match match = routes.find(target.getPath());
    Route route = match == null ? null : match.route(request.getMethod());
    RouteMeter meter = route == null ? null : meters.get(route);
    if (match == null || route == null || meter == null) {
      return super.handle(request, response, callback);
    }
    Outlet outlet = new CoreOutlet(response);
    Exchange exchange = new Exchange(request, response, callback, budget, access, meter);
    try {
      check.answer(request.getHeaders(), response.getHeaders());
      check.headers(request.getMethod(), request.getHeaders());
      CompletableFuture<Caller> caller = exchange.identify(route);
      if (!caller.isDone()) {
        var unused =
            caller.whenCompleteAsync(
                (known, failure) -> read(route, match.tail(), failure, exchange, outlet), longWork);
        return true;
      }
      caller.join();
    } catch (Problem | CompletionException refusal) {
      refuse(refusal, exchange, outlet);
      return true;
    }
    read(route, match.tail(), null, exchange, outlet);
    return true;
  }

  /**
   * It is known who asks.
   *
   * @param refusal why it is not for that one; null if it is
   */
  private void read(
      Route route, String tail, @Nullable Throwable refusal, Exchange exchange, Outlet outlet) {
    Params params;
    try {
      Problem.rethrow(refusal);
      params = check.params(route, exchange.request().getHttpURI().getQuery());
    } catch (RuntimeException | Error e) {
      refuse(e, exchange, outlet);
      return;
    }
    if (route.body() == Route.Body.WHOLE) {
      new BodyReader(
              exchange,
              route.plane().maxBodyBytes(),
              body -> {
                exchange.body(body);
                Runnable work = () -> run(route, tail, params, exchange, outlet);
                if (body.length <= LONG_BODY_BYTES) {
                  work.run();
                } else {
                  longWork.execute(work);
                }
              },
              failure -> refuse(failure, exchange, outlet))
          .start();
    } else {
      run(route, tail, params, exchange, outlet);
    }
  }

  private static void run(
      Route route, String tail, Params params, Exchange exchange, Outlet outlet) {
    CompletableFuture<Reply> reply;
    try {
      Request asked = exchange.enter(route, tail, params);
      if (route.body() != Route.Body.STREAM
          && asked.deadline().remaining().compareTo(LONG_WAIT) > 0) {
        exchange.mayBeIdle();
      }
      reply = route.action().handle(asked).toCompletableFuture();
    } catch (RuntimeException | Error e) {
      refuse(e, exchange, outlet);
      return;
    }
    var unused = reply.whenComplete((answer, failure) -> end(answer, failure, exchange, outlet));
  }

  private static void end(
      @Nullable Reply reply, @Nullable Throwable failure, Exchange exchange, Outlet outlet) {
    if (reply == null) {
      refuse(failure == null ? new NullPointerException("no reply") : failure, exchange, outlet);
      return;
    }
    try {
      exchange.answer(reply, outlet, exchange);
    } catch (RuntimeException | Error e) {
      refuse(e, exchange, outlet);
    }
  }

  private static void refuse(Throwable failure, Exchange exchange, Outlet outlet) {
    Problem problem = exchange.problem(failure);
    try {
      exchange.answer(problem.reply(), outlet, exchange);
    } catch (RuntimeException | Error e) {
      exchange.failed(e);
    }
  }
}
