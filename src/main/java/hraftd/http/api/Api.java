package hraftd.http.api;

import hraftd.http.HttpServer;
import hraftd.http.Problem;
import hraftd.http.Route;
import hraftd.http.RouteTable;
import hraftd.metrics.Metrics;
import hraftd.security.WallClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All resources put together to one table. */
public final class Api {

  private Api() {}

  /**
   * The table of a node.
   *
   * @param server whose threads the resources use
   * @param stores what the node serves; null while it belongs to no cluster. It may throw a {@link
   *     Problem} instead, if there is a better reason
   * @param metrics shown at /metrics
   * @param directory for temporary files
   * @param cluster the routes about the cluster
   */
  public static RouteTable routes(
      HttpServer server,
      Supplier<@Nullable Store> stores,
      Metrics metrics,
      Path directory,
      List<Route> cluster) {
    StoreMetrics.register(metrics, stores);
    Supplier<Store> present =
        () -> {
          Store store = stores.get();
          if (store == null) {
            throw Problem.notSetUp();
          }
          return store;
        };
    List<Route> routes = new ArrayList<>();
    routes.addAll(new KeyResource(present, server.lane(), server.lanes()).routes());
    routes.addAll(new ListResource(present, server.lane(), server.longWork()).routes());
    routes.addAll(new TxnResource(present, server.lane()).routes());
    routes.addAll(new WatchResource(present, server.lane()).routes());
    routes.addAll(new BackupResource(present, server.lane(), directory).routes());
    routes.replaceAll(route -> route.on(Route.Plane.DATA));
    routes.addAll(new TokenResource(present, server.lane(), WallClock::millis).routes());
    routes.addAll(new DocumentResource(metrics).routes());
    routes.addAll(cluster);
    return new RouteTable(routes);
  }
}
