package hraftd.http.api;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.http.Route;
import hraftd.http.api.TestClient.Answer;
import hraftd.raft.ConsensusException;
import hraftd.raft.WireFormat;
import hraftd.testing.Background;
import hraftd.watch.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every status that a route of the store declares, and so the document shows, can be had. */
@BothWays
class DeclaredStatusesTest {

  @Parameter Way way;

  private static final String TOO_LONG = "x".repeat(4097);

  private static TestNode node;
  private static TestClient http;

  @BeforeParameterizedClassInvocation
  static void start(Way way) throws IOException {
    node = new TestNode(way, new History(2, 1 << 20));
    http = node.client();
    for (String key : List.of("present", "other", "third", "fourth")) {
      http.put("/key/" + key, "1");
    }
    http.send("PUT", "/key/bytes", new byte[] {(byte) 0xff});
    http.put("/key/taken", "1", "Idempotency-Key: taken");
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    node.close();
  }

  static List<Arguments> statuses() throws IOException {
    List<Arguments> all = new ArrayList<>();
    try (TestNode one = new TestNode()) {
      for (Route route : one.routes.routes()) {
        all.add(Arguments.of(route.method(), route.path(), 400));
        route.statuses().stream()
            .sorted()
            .forEach(status -> all.add(Arguments.of(route.method(), route.path(), status)));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("statuses")
  void itIsAnswered(String method, String path, int status) {
    assertEquals(status, provoke(method, path, status).status());
  }

  private static Answer provoke(String method, String path, int status) {
    return switch (status) {
      case 400 -> send(method, path.replace("{key}", "present") + "?timeout=x");
      case 304 -> send(method, "/key/present", "If-None-Match: *");
      case 404 -> send(method, "/key/absent");
      case 406 -> send(method, "/key/bytes");
      case 409 ->
          path.equals("/restore")
              ? secondRestore()
              : send(method, good(method, path), "Idempotency-Key: taken");
      case 410 -> send(method, path + (path.equals("/watch") ? "?from=1" : "?after=" + gone()));
      case 412 -> send(method, good(method, path), "If-Match: \"999999\"");
      case 413 -> tooLarge(method, path);
      case 501 ->
          path.equals("/restore")
              ? withTokens()
              : failing(new ConsensusException.NotSupported("not here"), method, path);
      case 504 ->
          failing(
              new ConsensusException.OutcomeUnknown("lost"),
              method,
              path.equals("/watch") ? "/watch?from=999999" : path);
      case 507 -> failing(new ConsensusException.DiskFull("full"), method, path);
      default -> path.equals("/watch") ? http.head("/watch") : send(method, good(method, path));
    };
  }

  private static String good(String method, String path) {
    return path.equals("/key") && !method.equals("POST")
        ? "/key?prefix=nothing"
        : path.replace("{key}", "present").replace("{name}", "t");
  }

  private static Answer send(String method, String target, String... headers) {
    return http.send(method, target, body(method, target), headers);
  }

  /** What the route takes as a body; null: none. */
  private static byte[] body(String method, String target) {
    if (method.equals("PUT")) {
      return new byte[] {1};
    }
    if (!method.equals("POST")) {
      return new byte[0];
    }
    return target.startsWith("/restore")
        ? http.get("/backup?level=stale").body()
        : text(target).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String target) {
    if (target.startsWith("/token")) {
      return "{\"name\":\"t\",\"rules\":[]}";
    }
    return target.startsWith("/txn") ? "{}" : "{\"written\":\"1\"}";
  }

  /** Such a backup, while a member does not know them. */
  private static Answer withTokens() {
    node.consensus.speak(WireFormat.V3);
    try {
      String token = "{\"token\":\"anonymous\",\"rules\":[],\"created\":\"2026-11-27T00:00:00Z\"}";
      return http.post("/restore", SignedBackup.of("{\"format\":2}\n" + token + "\n", 0, 1));
    } finally {
      node.consensus.speak(WireFormat.NEWEST);
    }
  }

  private static Answer failing(ConsensusException failure, String method, String path) {
    node.consensus.failWith(failure);
    try {
      return send(method, good(method, path));
    } finally {
      node.consensus.failWith(null);
    }
  }

  private static Answer tooLarge(String method, String path) {
    if (path.equals("/restore")) {
      String value = "x".repeat((1 << 20) + 1);
      return http.post(path, "{\"format\":1}\n{\"key\":\"k\",\"value\":\"" + value + "\"}\n");
    }
    if (method.equals("POST")) {
      return http.post(path, "{\"" + TOO_LONG + "\":\"1\"" + " ".repeat(8 << 20) + "}");
    }
    return send(method, path.endsWith("{key}") ? "/key/" + TOO_LONG : path + "?prefix=" + TOO_LONG);
  }

  /** A cursor of a revision that is kept nowhere. */
  private static String gone() {
    return new Cursor(1, new hraftd.kv.Key(new byte[0]), hraftd.kv.Key.of("a")).text();
  }

  private static Answer secondRestore() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    byte[] backup = http.get("/backup").body();
    node.consensus.hold(gate);
    try {
      CompletableFuture<Answer> first =
          Background.supply(() -> http.send("POST", "/restore", backup));
      eventually("it waits", node.consensus::isWaitedFor);
      Answer second = http.send("POST", "/restore", backup);
      gate.complete(null);
      first.join();
      return second;
    } finally {
      node.consensus.hold(null);
    }
  }
}
