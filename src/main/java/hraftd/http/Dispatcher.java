package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.metrics.RouteMeter;
import java.io.InputStream;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes requests from Jetty, finds their route, reads their body, runs the action and sends its
 * answer. Never blocks. It stands before Javalin's servlet and leaves it nothing to do: the way
 * through the servlet API costs more than all that a read needs besides.
 */
public final class Dispatcher extends Handler.Wrapper {

  /** The longest body of a request that is held in memory. */
  public static final int MAX_BODY_BYTES = 8 << 20;

  /** Work on a body longer than this would keep the connections' own thread for too long. */
  private static final int LONG_BODY_BYTES = 64 << 10;

  /** Requests that may wait longer than this for their answer must not look idle to Jetty. */
  private static final Duration LONG_WAIT = HttpServer.IDLE_TIMEOUT.dividedBy(2);

  private final RouteTable routes;
  private final RequestCheck check;
  private final RequestBudget admission;
  private final Supplier<String> nodeId;
  private final Executor threads;

  /** By identity: to hash a route costs more than to find it. */
  private final Map<Route, RouteMeter> meters = new IdentityHashMap<>();

  private final RouteMeter unknown;
  private volatile HttpField servedBy = new PreEncodedHttpField("X-Hraftd-Served-By", "");

  Dispatcher(
      RouteTable routes,
      RequestCheck check,
      RequestBudget admission,
      Supplier<String> nodeId,
      Executor threads,
      Metrics metrics) {
    this.threads = threads;
    this.routes = routes;
    this.check = check;
    this.admission = admission;
    this.nodeId = nodeId;
    for (Route route : routes.routes()) {
      meters.put(route, metrics.route(route.method(), route.path()));
    }
    this.unknown = metrics.route("none", "none");
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request, Response response, Callback callback) {
    Target target = Target.of(TargetConnectionFactory.target(request));
    RouteTable.Match match = routes.find(target.path());
    Route route = match == null ? null : match.route(request.getMethod());
    RouteMeter meter = route == null ? null : meters.get(route);
    Exchange exchange =
        new Exchange(
            request,
            response,
            callback,
            admission,
            meter == null ? unknown : meter,
            servedBy(nodeId.get()));
    Params params;
    try {
      check.headers(request.getMethod(), request.getHeaders(), response.getHeaders());
      Reply preflight = check.preflight(request.getMethod(), request.getHeaders());
      if (preflight != null) {
        exchange.answer(preflight);
        return true;
      }
      if (match == null) {
        throw Problem.notFound("there is nothing at this path: /openapi.yaml has all");
      }
      if (route == null) {
        throw new Problem(Code.METHOD_NOT_ALLOWED, "this path does not know " + request.getMethod())
            .header("Allow", match.allowed());
      }
      params = check.params(route, target.query());
    } catch (Problem refusal) {
      exchange.refuse(refusal);
      return true;
    }
    String tail = match.tail();
    if (route.body() == Route.Body.WHOLE) {
      new BodyReader(
              request,
              exchange,
              MAX_BODY_BYTES,
              body -> {
                if (body.length <= LONG_BODY_BYTES) {
                  run(route, tail, params, request, body, exchange);
                } else {
                  threads.execute(() -> run(route, tail, params, request, body, exchange));
                }
              })
          .start();
    } else {
      run(route, tail, params, request, new byte[0], exchange);
    }
    return true;
  }

  private void run(
      Route route,
      String tail,
      Params params,
      org.eclipse.jetty.server.Request request,
      byte[] body,
      Exchange exchange) {
    CompletableFuture<Reply> reply;
    try {
      exchange.enter();
      boolean streams = route.body() == Route.Body.STREAM;
      InputStream stream = streams ? new RequestStream(request) : InputStream.nullInputStream();
      Request parsed =
          new Request(request.getMethod(), tail, params, request.getHeaders(), body, stream);
      if (!streams && parsed.deadline().remaining().compareTo(LONG_WAIT) > 0) {
        request.addIdleTimeoutListener((TimeoutException idle) -> false);
      }
      reply = route.action().handle(parsed).toCompletableFuture();
    } catch (RuntimeException | Error e) {
      exchange.refuse(e);
      return;
    }
    reply.whenComplete(exchange::end);
  }

  private HttpField servedBy(String id) {
    HttpField field = servedBy;
    if (!field.getValue().equals(id)) {
      field = new PreEncodedHttpField("X-Hraftd-Served-By", id);
      servedBy = field;
    }
    return field;
  }
}
