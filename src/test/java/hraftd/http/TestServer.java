package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server of one route on a loopback port, for whoever runs on the same machine. */
final class TestServer {

  private TestServer() {}

  static HttpServer of(Route route) throws PortTakenException {
    return of(route, /* https= */ null, Access.OPEN);
  }

  static HttpServer of(Route route, @Nullable Https https, Access access)
      throws PortTakenException {
    HttpServer server =
        new HttpServer(
            new HostPort("127.0.0.1", 0), https, /* front= */ true, () -> "n1", new Metrics());
    server.start(
        new RouteTable(List.of(route)),
        new RequestCheck(
            new HostCheck(/* loopbackOnly= */ true, Set.of(), name -> false, "Sec-Other-Node"),
            new OriginCheck(Set.of("http"), Set.of()),
            Map.of()),
        access);
    return server;
  }
}
