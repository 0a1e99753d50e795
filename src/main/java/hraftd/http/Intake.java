package hraftd.http;

import hraftd.metrics.RouteMeter;
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

  private final RequestCheck check;
  private final RequestBudget budget;
  private final RouteMeter unknown;

  /**
   * In front of Javalin.
   *
   * @param check adds to the headers of every answer
   * @param unknown counts what no route answers
   */
  Intake(RequestCheck check, RequestBudget budget, RouteMeter unknown) {
    this.check = check;
    this.budget = budget;
    this.unknown = unknown;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Exchange exchange = new Exchange(request, response, callback, budget, unknown);
    exchange.attach();
    check.answer(request.getHeaders(), response.getHeaders());
    HttpURI target = request.getHttpURI();
    String path = routable(target.getPath());
    Request shown =
        path.equals(target.getPath())
            ? request
            : Request.serveAs(request, HttpURI.build(target).path(path).asImmutable());
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
