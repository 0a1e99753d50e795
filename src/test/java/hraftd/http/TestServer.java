package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server of some routes on a loopback port, for whoever runs on the same machine. */
public final class TestServer {

  private TestServer() {}

  static HttpServer of(Route route) throws PortTakenException {
    return of(List.of(route));
  }

  /** Open to everybody, over plain HTTP. */
  public static HttpServer of(List<Route> routes) throws PortTakenException {
    return of(routes, /* https= */ null, Access.OPEN);
  }

  static HttpServer of(Route route, @Nullable Https https, Access access)
      throws PortTakenException {
    return of(List.of(route), https, access);
  }

  private static HttpServer of(List<Route> routes, @Nullable Https https, Access access)
      throws PortTakenException {
    HttpServer server =
        new HttpServer(
            new HostPort("127.0.0.1", 0), https, /* front= */ true, () -> "n1", new Metrics());
    server.start(
        new RouteTable(routes),
        new RequestCheck(
            new HostCheck(
                /* loopbackOnly= */ true, Set.of("test"), name -> false, "Sec-Other-Node"),
            new OriginCheck(Set.of("http"), Set.of()),
            Map.of()),
        access);
    return server;
  }
}
