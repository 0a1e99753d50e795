package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server of one route on a loopback port, for whoever runs on the same machine. */
final class TestServer {

  private TestServer() {}

  static HttpServer of(Route route) throws PortTakenException {
    HttpServer server =
        new HttpServer(new HostPort("127.0.0.1", 0), /* front= */ true, () -> "n1", new Metrics());
    server.start(
        new RouteTable(List.of(route)),
        new RequestCheck(
            new HostCheck(/* loopbackOnly= */ true, Set.of(), name -> false, "Sec-Other-Node"),
            new OriginCheck("http", Set.of()),
            Map.of()),
        Access.OPEN);
    return server;
  }
}
