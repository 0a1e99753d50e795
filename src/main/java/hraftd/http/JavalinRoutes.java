package hraftd.http;

import hraftd.fatal.FatalErrors;
import hraftd.metrics.Metrics;
import hraftd.metrics.RouteMeter;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table as Javalin's: each line an endpoint of its router, each failure an answer of its
 * exception mapping, and what is checked of every request a handler before all.
 */
final class JavalinRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(JavalinRoutes.class);

  private final RouteTable table;
  private final RequestCheck check;
  private final Metrics metrics;

  /**
   * The table for Javalin.
   *
   * @param check of every request
   * @param metrics where requests are counted
   */
  JavalinRoutes(RouteTable table, RequestCheck check, Metrics metrics) {
    this.table = table;
    this.check = check;
    this.metrics = metrics;
  }

  /** Adds everything to Javalin's configuration. */
  void addTo(RoutesConfig routes) {
    routes.before(this::check);
    for (Route route : table.routes()) {
      RouteMeter meter = metrics.route(route.method(), route.path());
      Handler handler = context -> answer(context, route, meter);
      routes.addHttpHandler(HandlerType.findOrCreate(route.method()), path(route), handler);
      if (route.method().equals("GET")) {
        routes.head(path(route), handler);
      }
    }
    routes.options("/", context -> context.future(() -> options(context)));
    routes.exception(NotFoundResponse.class, (e, context) -> refuse(context, nothingThere()));
    routes.exception(
        MethodNotAllowedResponse.class, (e, context) -> refuse(context, notAllowed(e, context)));
    routes.exception(Exception.class, (e, context) -> refuse(context, e));
  }

  /**
   * The path as Javalin's router knows it. The tail is a wildcard and no parameter: Javalin would
   * decode that in its own way, and a key's bytes are decoded once, by {@link Percent}.
   */
  private static String path(Route route) {
    return prefix(route) + (route.path().equals(prefix(route)) ? "" : "*");
  }

  private static String prefix(Route route) {
    int brace = route.path().indexOf('{');
    return brace < 0 ? route.path() : route.path().substring(0, brace);
  }

  private static Exchange exchange(Context context) {
    return Exchange.of(ServletContextRequest.getServletContextRequest(context.req()));
  }

  /** What is found out about every request before its route is asked. */
  private void check(Context context) {
    Exchange exchange = exchange(context);
    Request request = exchange.request();
    String method = request.getMethod();
    check.headers(method, request.getHeaders());
    Reply preflight = check.preflight(method, request.getHeaders());
    if (preflight != null) {
      context.skipRemainingHandlers();
      context.future(() -> send(exchange, preflight, context));
    }
  }

  private void answer(Context context, Route route, RouteMeter meter) {
    Exchange exchange = exchange(context);
    exchange.meter(meter);
    context.future(
        () -> reply(route, exchange).thenCompose(reply -> send(exchange, reply, context)));
  }

  /** Javalin's mapping knows no errors, but it does know the failure of a future. */
  private CompletableFuture<Reply> reply(Route route, Exchange exchange) {
    try {
      return route.action().handle(request(route, exchange)).toCompletableFuture();
    } catch (Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private hraftd.http.Request request(Route route, Exchange exchange) {
    Request request = exchange.request();
    Problem refusal = exchange.refusal();
    if (refusal != null) {
      throw refusal;
    }
    Params params = check.params(route, request.getHttpURI().getQuery());
    String tail = request.getHttpURI().getPath().substring(prefix(route).length());
    return exchange.enter(route, tail, params);
  }

  /** Ends when the answer is gone. */
  private static CompletableFuture<Void> send(Exchange exchange, Reply reply, Context context) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    exchange.answer(
        reply,
        new ServletOutlet(context),
        Callback.from(() -> sent.complete(null), sent::completeExceptionally));
    return sent;
  }

  /** What the server as a whole understands: load balancers ask it whether it is there. */
  private CompletableFuture<Void> options(Context context) {
    TreeSet<String> methods = new TreeSet<>(List.of("HEAD", "OPTIONS"));
    table.routes().forEach(route -> methods.add(route.method()));
    Reply reply =
        Reply.empty(HttpStatus.NO_CONTENT_204).header("Allow", String.join(", ", methods));
    return send(exchange(context), reply, context);
  }

  /**
   * Answers with what a failure means. Never throws: Javalin would ask for an answer to that, too,
   * and so on for ever.
   */
  static void refuse(Context context, Throwable failure) {
    Exchange exchange;
    try {
      exchange = exchange(context);
    } catch (NullPointerException | IllegalStateException e) {
      // Jetty has given the request up, as when the server stops: nobody waits for an answer.
      LOG.debug("a request ended before it was answered", e);
      return;
    }
    if (exchange.answering()) {
      // Too late for another answer: whoever waits for the rest of the first sees that it is torn.
      exchange.cut();
      return;
    }
    context.future(() -> send(exchange, exchange.problem(failure).reply(), context));
  }

  /** Errors outside of the actions: a defect, or the end of the process. */
  static void refuse(HttpServletResponse response, Error failure) {
    FatalErrors.check(failure);
    LOG.error("a request failed", failure);
    response.setStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
  }

  private static Problem notAllowed(MethodNotAllowedResponse e, Context context) {
    TreeSet<String> methods = new TreeSet<>();
    e.getDetails().values().forEach(names -> methods.addAll(Arrays.asList(names.split(", "))));
    if (methods.equals(Set.of("OPTIONS"))) {
      return nothingThere();
    }
    return new Problem(
            Code.METHOD_NOT_ALLOWED, "this path does not know " + context.req().getMethod())
        .header("Allow", String.join(", ", methods));
  }

  static Problem nothingThere() {
    return Problem.notFound("there is nothing at this path: /openapi.yaml has all");
  }
}
