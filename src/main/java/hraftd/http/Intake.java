package hraftd.http;

import hraftd.fatal.FatalErrors;
import hraftd.metrics.RouteMeter;
import hraftd.security.Caller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Begins the exchange of a request that Javalin is to answer, and shows Javalin a path that its
 * router can match. The exchange keeps the request as it came.
 */
final class Intake extends Handler.Wrapper {

  private final RouteTable routes;
  private final RequestCheck check;
  private final Access access;
  private final RequestBudget budget;
  private final Executor longWork;
  private final RouteMeter unknown;

  /**
   * In front of Javalin.
   *
   * @param routes that Javalin answers
   * @param check adds to the headers of every answer
   * @param access who may ask
   * @param longWork runs what has waited for that to be known
   * @param unknown counts what no route answers
   */
  Intake(
      RouteTable routes,
      RequestCheck check,
      Access access,
      RequestBudget budget,
      Executor longWork,
      RouteMeter unknown) {
    this.routes = routes;
    this.check = check;
    this.access = access;
    this.budget = budget;
    this.longWork = longWork;
    this.unknown = unknown;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Exchange exchange = new Exchange(request, response, callback, budget, access, unknown);
    exchange.attach();
    check.answer(request.getHeaders(), response.getHeaders());
    HttpURI target = request.getHttpURI();
    String path = routable(target.getPath());
    Request shown =
        path.equals(target.getPath())
            ? request
            : Request.serveAs(request, HttpURI.build(target).path(path).asImmutable());
    RouteTable.Match match = routes.find(target.getPath());
    Route route = match == null ? null : match.route(request.getMethod());
    if (route == null) {
      return super.handle(shown, response, exchange);
    }
    CompletableFuture<Caller> caller = exchange.identify(route);
    if (caller.isDone()) {
      return goOn(caller, shown, response, exchange);
    }
    var unused =
        caller.whenCompleteAsync(
            (known, failure) -> {
              try {
                goOn(caller, shown, response, exchange);
              } catch (Throwable e) {
                FatalErrors.check(e);
                Response.writeError(shown, response, exchange, e);
              }
            },
            longWork);
    return true;
  }

  /** It is known whether the route is for whoever asks; if not, who answers refuses. */
  private boolean goOn(
      CompletableFuture<Caller> caller, Request shown, Response response, Exchange exchange)
      throws Exception {
    try {
      caller.join();
    } catch (CompletionException e) {
      exchange.refusal(exchange.problem(e));
    }
    return super.handle(shown, response, exchange);
  }

  /**
   * {@code OPTIONS *} asks about the server, as one of its root does. Letters that ought to have
   * been percent-encoded are, as a wildcard does not match all of them.
   */
  private static String routable(String path) {
    return path.equals("*") ? "/" : Percent.encodeNonAscii(path);
  }
}
