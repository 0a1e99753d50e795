package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.events.Traffic;
import hraftd.http.Access;
import hraftd.http.HostCheck;
import hraftd.http.HttpServer;
import hraftd.http.OriginCheck;
import hraftd.http.RequestCheck;
import hraftd.http.RouteTable;
import hraftd.http.WebOrigin;
import hraftd.kv.state.KvState;
import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import hraftd.watch.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The real server on a port of its own, over a store without a log. Its routes are held to what
 * they declare.
 */
final class TestNode implements AutoCloseable {

  /** The name that it goes by, and that {@link TestClient} says. */
  static final String HOST = "test";

  /** Whose pages may ask it. */
  static final WebOrigin LET_IN = new WebOrigin("https", "let.in", 443);

  final History history;
  final KvState state;
  final DirectConsensus consensus;
  final Metrics metrics = new Metrics();
  final HttpServer server;
  final RouteTable routes;
  private final Store store;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private volatile boolean setUp = true;
  private volatile boolean strict = true;

  /** One as a node is, unless it is told otherwise. */
  TestNode() throws IOException {
    this(Way.IN_FRONT_OF_JAVALIN);
  }

  TestNode(Way way) throws IOException {
    this(way, new History());
  }

  TestNode(Way way, History history) throws IOException {
    this.history = history;
    this.state = new KvState(history);
    this.consensus = new DirectConsensus(state);
    this.store = new Store(consensus, state, history, "c1", WriteAudit.NONE, new Traffic());
    boolean front = way == Way.IN_FRONT_OF_JAVALIN;
    this.server =
        new HttpServer(new HostPort("127.0.0.1", 0), /* https= */ null, front, () -> "n1", metrics);
    this.routes =
        Api.routes(
            server, this::store, metrics, Path.of(System.getProperty("java.io.tmpdir")), List.of());
    server.start(
        new RouteTable(
            routes.routes().stream().map(route -> StrictRoute.of(route, violations::add)).toList()),
        new RequestCheck(
            new HostCheck(
                /* loopbackOnly= */ true,
                Set.of(HOST, LET_IN.host()),
                name -> false,
                "Sec-Other-Node"),
            new OriginCheck(Set.of("http"), Set.of(LET_IN)),
            ParameterHints.ALL),
        Access.OPEN);
  }

  private @Nullable Store store() {
    return setUp ? store : null;
  }

  void notSetUp() {
    setUp = false;
  }

  /** For a test whose consensus fails in ways that a real one does not. */
  void mayAnswerWhatIsNotDeclared() {
    strict = false;
  }

  TestClient client() {
    return new TestClient(server.port());
  }

  Store bundle() {
    return store;
  }

  @Override
  public void close() {
    store.close();
    server.close();
    consensus.close();
    metrics.close();
    if (strict) {
      assertEquals(List.of(), List.copyOf(violations), "answers that the routes do not declare");
    }
  }
}
