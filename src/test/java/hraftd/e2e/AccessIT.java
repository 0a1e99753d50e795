package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import hraftd.cluster.Cluster;
import hraftd.http.api.PeerResource;
import hraftd.testing.FileSwap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Who is let in where, on a node that asks who is there: every route, times everybody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {

  private static final String SECRET = "a-secret-for-tests-of-more-than-32-characters";

  /** Let through: whatever comes then is the route's own answer. */
  private static final int IN = 200;

  /** Who asks, in the order of a row's numbers. */
  private static final List<String> WHO =
      List.of("nobody", "a wrong token", "reader", "writer of others", "writer", "admin", "secret");

  /**
   * A request and how it ends for each of {@link #WHO}.
   *
   * @param route as the documents name it
   * @param path with which the route is asked
   * @param body sent with POST and PUT: one that changes nothing, where it can be so
   */
  private record Row(String route, String path, String body, List<Integer> ends) {}

  private static Row row(String route, String path, String body, Integer... ends) {
    return new Row(route, path, body, List.of(ends));
  }

  /** For whoever may read what is below ci/. */
  private static final Integer[] READ = {401, 401, IN, 403, IN, IN, IN};

  private static final Integer[] WRITE = {401, 401, 403, 403, IN, IN, IN};
  private static final Integer[] TOKEN = {401, 401, IN, IN, IN, IN, IN};
  private static final Integer[] ADMIN = {401, 401, 403, 403, 403, IN, IN};
  private static final Integer[] NODES = {401, 401, 403, 403, 403, 403, IN};
  private static final Integer[] ALL = {IN, IN, IN, IN, IN, IN, IN};

  private static final List<Row> ROWS =
      List.of(
          row("GET /key", "/key?prefix=ci/", "", READ),
          row("POST /key", "/key", "{\"ci/a\":\"1\"}", WRITE),
          row("DELETE /key", "/key?prefix=ci/", "", WRITE),
          row("GET /key/{key}", "/key/ci/a", "", READ),
          row("PUT /key/{key}", "/key/ci/a", "1", WRITE),
          row("DELETE /key/{key}", "/key/ci/a", "", WRITE),
          row("POST /txn", "/txn", "{\"then\":[{\"delete\":\"ci/a\"}]}", WRITE),
          row("GET /watch", "/watch?prefix=ci/&from=999999", "", READ),
          row("GET /backup", "/backup", "", ADMIN),
          row("POST /restore", "/restore", "no backup", ADMIN),
          row("POST /token", "/token", "{}", ADMIN),
          row("GET /token", "/token", "", ADMIN),
          row("GET /token/self", "/token/self", "", TOKEN),
          row("DELETE /token/{name}", "/token/nobody", "", ADMIN),
          row("POST /setup", "/setup", "{}", ADMIN),
          row("POST /shutdown", "/shutdown", "nobody", ADMIN),
          row("POST /join", "/join", "{}", ADMIN),
          row("POST /remove", "/remove", "{}", ADMIN),
          row("POST /transfer", "/transfer", "nobody", ADMIN),
          row("GET /status", "/status", "", TOKEN),
          row("GET /livez", "/livez", "", ALL),
          row("GET /readyz", "/readyz", "", ALL),
          row("GET /metrics", "/metrics", "", TOKEN),
          row("GET /", "/", "", ALL),
          row("GET /ui", "/ui", "", ALL),
          row("GET /events", "/events?download", "", ADMIN),
          row("GET /openapi.yaml", "/openapi.yaml", "", TOKEN),
          row("GET /cluster/self", "/cluster/self", "", NODES),
          row("POST /cluster/prepare", "/cluster/prepare", "{}", NODES),
          row("POST /cluster/form", "/cluster/form", "{}", NODES),
          row("POST /cluster/moved", "/cluster/moved", "{}", NODES),
          row("POST /cluster/removed", "/cluster/removed", "{}", NODES),
          row("POST /cluster/lead", "/cluster/lead", "nobody", NODES));

  private TestCluster cluster;

  /** What each of {@link #WHO} shows; null: nothing. */
  private final List<@Nullable String> shown = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    cluster = TestCluster.asking(directory, SECRET);
    shown.add(null);
    shown.add("hr_" + "x".repeat(43));
    shown.add(cluster.token("reader", "{\"prefix\":\"\",\"may\":\"read\"}"));
    shown.add(cluster.token("others", "{\"prefix\":\"other/\",\"may\":\"write\"}"));
    shown.add(
        cluster.token(
            "ci", "{\"prefix\":\"ci/\",\"may\":\"write\"},{\"prefix\":\"\",\"may\":\"read\"}"));
    shown.add(cluster.token("boss", "{\"prefix\":\"\",\"may\":\"admin\"}"));
    shown.add(SECRET);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  /** Sends it as one of {@link #WHO}, with an empty header for who shows nothing. */
  private static Answer send(Daemon node, String method, Row row, @Nullable String token)
      throws IOException {
    return node.send(
        method,
        row.path(),
        row.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(row.body()),
        "Authorization",
        token == null ? NodeHttp.NO_TOKEN : "Bearer " + token);
  }

  @Test
  void everyRouteIsForWhomItIsFor() throws IOException {
    for (int number = 0; number < ROWS.size(); number++) {
      Row row = ROWS.get(number);
      String method = row.route().substring(0, row.route().indexOf(' '));
      for (int i = 0; i < WHO.size(); i++) {
        // Wrong tokens go to every node in turn, so that none is asked for too many in a second.
        Daemon node = cluster.node(1 + (number + i) % 3);
        int index = i;
        eventually(
            row.route() + " by " + WHO.get(i),
            LONG,
            () -> {
              int status = send(node, method, row, shown.get(index)).status();
              assertTrue(status != 429, "too many wrong tokens in this second");
              boolean refused = status == 401 || status == 403;
              assertEquals(row.ends().get(index), refused ? status : IN, "" + status);
              return status;
            });
      }
    }
  }

  @Test
  void everyRouteHasARow() throws IOException {
    Map<String, Object> document =
        new Yaml().load(cluster.node(1).get("/openapi.yaml").expect(200).body());
    Set<String> routes = new TreeSet<>();
    Objects.requireNonNull((Map<?, ?>) document.get("paths"))
        .forEach(
            (path, methods) ->
                ((Map<?, ?>) methods)
                    .keySet()
                    .forEach(m -> routes.add(m.toString().toUpperCase(Locale.ROOT) + " " + path)));
    new PeerResource(noCluster())
        .routes()
        .forEach(route -> routes.add(route.method() + " " + route.path()));
    Set<String> rows = new TreeSet<>();
    ROWS.forEach(row -> rows.add(row.route()));
    assertEquals(routes, rows);
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Its list alone is looked at.
  private static Cluster noCluster() {
    return null;
  }

  @Test
  void whoeverIsAnonymousMayDoWhatItsRulesSay() throws IOException {
    Daemon node = cluster.node(2);
    node.put("/key/public/a", "1").expect(200);
    cluster.token("anonymous", "{\"prefix\":\"public/\",\"may\":\"read\"}");
    try {
      eventually(
          "it is known",
          LONG,
          () -> node.get("/key/public/a", "Authorization", NodeHttp.NO_TOKEN).expect(200));
      node.put("/key/public/a", "2", "Authorization", NodeHttp.NO_TOKEN).expect(401);
      node.get("/key/ci/a", "Authorization", NodeHttp.NO_TOKEN).expect(401);
      node.get("/status", "Authorization", NodeHttp.NO_TOKEN).expect(200);
      node.get("/backup", "Authorization", NodeHttp.NO_TOKEN).expect(401);
    } finally {
      node.delete("/token/anonymous").expect(200);
    }
  }

  @Test
  void noAnswerNorLogTellsATokenOrTheSecret() throws IOException {
    Daemon node = cluster.node(1);
    String token = cluster.token("told", "{\"prefix\":\"\",\"may\":\"read\"}");
    String backup = node.get("/backup").expect(200).body();
    String list = node.get("/token").expect(200).body();
    String status = node.get("/status").expect(200).body();
    for (String text : List.of(backup, list, status, everyLog())) {
      assertFalse(text.contains(token));
      assertFalse(text.contains(SECRET));
    }
    assertTrue(everyLog().contains("admin from 127.0.0.1: 201 POST /token"), everyLog());
  }

  @Test
  void everyChangeIsWrittenDownBeforeItsAnswer() throws IOException {
    Daemon node = cluster.node(3);
    long revision = node.put("/key/audited", "1").expect(200).json().path("revision").asLong();
    node.post("/txn", "{\"then\":[{\"get\":\"audited\"}]}").expect(200);
    List<String> lines =
        Files.readAllLines(node.directory().resolve("audit").resolve("writes.0.jsonl")).stream()
            .filter(line -> line.contains("\"audited\""))
            .map(line -> line.replaceFirst("\"time\":\"[^\"]*\"", "\"time\":\"…\""))
            .toList();
    assertEquals(
        List.of(
            "{\"time\":\"…\",\"who\":\"admin\",\"revision\":"
                + revision
                + ",\"put\":[\"audited\"]}"),
        lines);
  }

  /** An address in a request is only what somebody has written: anybody may listen there. */
  @Test
  void whoeverANodeIsMadeToAskGetsNoSecret() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    HttpServer trap =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trap.createContext(
        "/",
        exchange -> {
          exchange.getRequestHeaders().forEach((name, values) -> heard.add(name + ": " + values));
          heard.add("target: " + exchange.getRequestURI());
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    trap.start();
    try {
      int port = trap.getAddress().getPort();
      cluster
          .leader()
          .post(
              "/join?timeout=5s",
              "{\"id\":\"trap\",\"addr\":\"127.0.0.1:1\",\"haddr\":\"127.0.0.1:" + port + "\"}");
      eventually("it was asked", () -> heard.stream().anyMatch(h -> h.startsWith("target: ")));
    } finally {
      trap.stop(0);
    }
    String all = String.join("\n", heard);
    assertFalse(all.contains(SECRET), all);
    String proof =
        heard.stream()
            .filter(header -> header.startsWith("Authorization: ["))
            .map(header -> header.substring("Authorization: [".length(), header.length() - 1))
            .findFirst()
            .orElseThrow();
    Answer replayed = cluster.node(1).get("/cluster/self", "Authorization", proof);
    assertEquals(401, replayed.status(), "what was for the trap is worth nothing elsewhere");
  }

  @Test
  void theAuditSaysWhoWasRefusedWhat() throws IOException {
    String token = cluster.token("curious", "{\"prefix\":\"\",\"may\":\"read\"}");
    Daemon node = cluster.node(2);
    node.post("/remove", "{}", "Authorization", "Bearer " + token).expect(403);
    assertTrue(node.errors().contains("curious from 127.0.0.1: 403 POST /remove"), node.errors());
    node.delete("/token/self", "Authorization", NodeHttp.NO_TOKEN).expect(401);
    assertFalse(everyLog().contains(" ERROR "), everyLog());
  }

  private String everyLog() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Daemon node : cluster.nodes()) {
      all.append(node.errors()).append(node.output());
    }
    return all.toString();
  }

  @Test
  void aNewSecretIsTakenNodeByNodeWithoutAPause() throws IOException {
    String next = "the-next-secret-of-more-than-32-characters";
    String both = SECRET + "\n" + next;
    // To the next one, and back to the one that the other tests show.
    for (String lines : List.of(both, next + "\n" + SECRET, both, SECRET)) {
      for (Daemon node : cluster.nodes()) {
        long before = TestCluster.filesReadAgain(node);
        FileSwap.put(node.secretFile(), lines);
        TestCluster.awaitFilesReadAgain(List.of(node), before + 1);
        int worth = lines.contains(next) ? 200 : 401;
        node.get("/token/self", "Authorization", "Bearer " + next).expect(worth);
        node.put("/key/rotation", "goes on").expect(200);
      }
    }
  }
}
