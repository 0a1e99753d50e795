package hraftd.http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Loads the bodies of Javalin's routes as they arrive, for Jetty's {@link EagerContentHandler}: the
 * servlet gets a thread when all is here. Jetty's own loader keeps the buffers that the network
 * filled, however little is in each, and knows no limit that all requests share; this one copies
 * what came and counts it.
 */
final class BodyLoaders implements EagerContentHandler.ContentLoaderFactory {

  private final RouteTable routes;

  /** Loads what these routes want whole. */
  BodyLoaders(RouteTable routes) {
    this.routes = routes;
  }

  @Override
  @SuppressWarnings("NullAway") // null means: of any type
  public @Nullable String getApplicableMimeType() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway") // null means: nothing is to be loaded
  public EagerContentHandler.@Nullable ContentLoader newContentLoader(
      String contentType,
      String mimeType,
      Handler next,
      Request request,
      Response response,
      Callback callback) {
    RouteTable.Match match = routes.find(request.getHttpURI().getPath());
    Route route = match == null ? null : match.route(request.getMethod());
    return route == null
            || route.body() != Route.Body.WHOLE
            || Exchange.of(request).refusal() != null
        ? null
        : new Loader(route.plane().maxBodyBytes(), next, request, response, callback);
  }

  private static final class Loader extends EagerContentHandler.ContentLoader {

    private final int limit;

    Loader(int limit, Handler next, Request request, Response response, Callback callback) {
      super(next, request, response, callback);
      this.limit = limit;
    }

    @Override
    protected void load() {
      Exchange exchange = Exchange.of(getRequest());
      new BodyReader(
              exchange,
              limit,
              body -> {
                exchange.body(body);
                handle();
              },
              refusal -> {
                exchange.refusal(exchange.problem(refusal));
                handle();
              })
          .start();
    }
  }
}
