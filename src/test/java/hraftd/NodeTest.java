package hraftd;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.Endpoints;
import hraftd.cluster.FakeGroup;
import hraftd.raft.HostPort;
import hraftd.raft.node.RaftEngine;
import hraftd.security.WatchedFiles;
import hraftd.testing.Ports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes with real ports and directories; only consensus is one that agrees at once. */
@Timeout(120)
class NodeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HostPort ANY = new HostPort("127.0.0.1", 0);

  @TempDir Path temp;

  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeGroup group = new FakeGroup();
  private final List<Node> nodes = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void stop() {
    nodes.forEach(Node::stop);
  }

  private Node start(Invocation.Run flags) throws StartException {
    Node node =
        Node.start(
            flags,
            new RaftEngine(
                (settings, state) ->
                    group.open(
                        settings.self(),
                        settings.clusterId(),
                        settings.initial(),
                        settings.campaign())),
            Tuning.fromSystemProperties(Invocation.SCRUB),
            NodeSecurity.open(flags, WatchedFiles.INTERVAL),
            "test",
            new PrintStream(out, true, StandardCharsets.UTF_8)::println);
    nodes.add(node);
    return node;
  }

  private Invocation.Run flags(String name, HostPort http, HostPort raft, HostPort... join) {
    return new Invocation.Run(
        name,
        http,
        raft,
        Endpoints.Advertised.AS_BOUND,
        Invocation.Beginning.joining(List.of(join)),
        Invocation.Let.NONE,
        Invocation.Security.NONE,
        false,
        Engines.DEFAULT,
        Invocation.SCRUB,
        Invocation.Log.USUAL,
        temp.resolve(name));
  }

  private Node start(String name, HostPort... join) throws StartException {
    return start(flags(name, ANY, ANY, join));
  }

  private HttpResponse<String> post(Node node, String path, String body) throws Exception {
    return client.send(
        request(node, path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(Node node, String path) throws Exception {
    return client.send(request(node, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path)).timeout(LONG);
  }

  private static String setup(Node leader, Node... others) {
    List<String> http = new ArrayList<>();
    List<String> raft = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (Node other : others) {
      http.add("\"localhost:" + other.httpAddress().port() + "\"");
      raft.add("\"localhost:" + other.raftAddress().port() + "\"");
      ids.add("\"" + (ids.size() + 2) + "\"");
    }
    return "{\"message\":\"raft_start\",\"leaderAddr\":\""
        + leader.httpAddress()
        + "\",\"leaderRaftAddr\":\""
        + leader.raftAddress()
        + "\",\"leaderId\":\"1\",\"clientAddrs\":"
        + http
        + ",\"clientRaftAddrs\":"
        + raft
        + ",\"clientIds\":"
        + ids
        + "}";
  }

  private JsonNode status(Node node) throws Exception {
    return JSON.readTree(get(node, "/status").body());
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void the_main_job_set_up_look_shut_down_start_again() throws Exception {
    Node one = start("node1");
    // Not ports of the system's choice: others could have them when it starts again.
    HostPort http = new HostPort("127.0.0.1", Ports.free());
    HostPort raft = new HostPort("127.0.0.1", Ports.free());
    Node two = start(flags("node2", http, raft));
    Node three = start("node3");
    assertEquals(
        "hraftd node1 listening on http://"
            + one.httpAddress()
            + ", raft "
            + one.raftAddress()
            + ", waiting for /setup",
        printed().lines().findFirst().orElseThrow());
    assertEquals(503, get(one, "/readyz").statusCode());
    assertEquals("waiting", status(one).path("state").textValue());

    String body = setup(one, two, three);
    HttpResponse<String> formed = post(three, "/setup", body);
    assertEquals(200, formed.statusCode(), formed.body());
    JsonNode answer = JSON.readTree(formed.body());
    String clusterId = answer.path("clusterId").textValue();
    assertEquals("1", answer.path("leader").path("id").textValue());
    assertEquals(3, answer.path("members").size());
    assertEquals(formed.body(), post(one, "/setup", body).body());
    HttpResponse<String> other = post(two, "/setup", setup(two));
    assertEquals(409, other.statusCode());
    assertEquals("already_set_up", JSON.readTree(other.body()).path("code").textValue());

    for (Node node : nodes) {
      assertEquals(200, get(node, "/readyz").statusCode());
      JsonNode status = status(node);
      assertEquals("1", status.path("leader").path("id").textValue());
      assertEquals(2, status.path("followers").size());
      assertEquals(clusterId, status.path("clusterId").textValue());
      assertEquals("test", status.path("version").textValue());
    }
    assertEquals("leader", status(one).path("state").textValue());
    assertEquals("2", status(two).path("me").path("id").textValue());
    assertEquals("node2", status(two).path("me").path("name").textValue());

    HttpResponse<String> stopped = post(two, "/shutdown", body);
    assertEquals("{\"stopped\":[\"1\",\"2\",\"3\"],\"failed\":[]}", stopped.body());
    for (Node node : nodes) {
      assertEquals(0, node.awaitEnd());
    }

    Node again = start(flags("node2", http, raft));
    assertTrue(printed().endsWith(", member 2 of cluster " + clusterId + "\n"), printed());
    assertEquals(clusterId, status(again).path("clusterId").textValue());
  }

  @Test
  void join_on_the_command_line_and_remove() throws Exception {
    Node one =
        start(
            new Invocation.Run(
                "one",
                ANY,
                ANY,
                Endpoints.Advertised.AS_BOUND,
                Invocation.Beginning.founding(),
                Invocation.Let.NONE,
                Invocation.Security.NONE,
                false,
                Engines.DEFAULT,
                Invocation.SCRUB,
                Invocation.Log.USUAL,
                temp.resolve("one")));
    assertTrue(printed().contains(", member one of cluster "), printed());
    HostPort nobody = new HostPort("127.0.0.1", Ports.free());
    Node two = start("two", nobody, one.httpAddress());
    Node three = start("three", two.httpAddress());
    assertTrue(printed().contains("joining through " + nobody), printed());
    eventually("both are in", () -> status(three).path("followers").size() == 2);
    eventually("ready", () -> get(three, "/readyz").statusCode() == 200);

    HttpResponse<String> removed = post(three, "/remove", "{\"id\":\"two\"}");
    assertEquals(200, removed.statusCode(), removed.body());
    eventually("it says so", () -> "removed".equals(status(two).path("state").textValue()));
    assertEquals(503, get(two, "/readyz").statusCode());
    assertEquals(404, post(one, "/remove", "{\"id\":\"two\"}").statusCode());
    assertEquals(503, post(two, "/remove", "{\"id\":\"one\"}").statusCode());

    // Alone on a new address, the same node is moved by -join.
    three.stop();
    Node moved = start(flags("three", ANY, ANY, one.httpAddress()));
    assertNotEquals(three.httpAddress(), moved.httpAddress());
    eventually("moved", () -> status(one).toString().contains("\"" + moved.httpAddress() + "\""));
  }

  @Test
  void in_memory_a_node_is_another_one_after_a_restart() throws Exception {
    Node one =
        start(
            new Invocation.Run(
                "m",
                ANY,
                ANY,
                Endpoints.Advertised.AS_BOUND,
                Invocation.Beginning.founding(),
                Invocation.Let.NONE,
                Invocation.Security.NONE,
                true,
                Engines.DEFAULT,
                Invocation.SCRUB,
                Invocation.Log.USUAL,
                null));
    JsonNode status = status(one);
    assertTrue(status.path("warnings").toString().contains("memory"), status.toString());
    String incarnation = get(one, "/cluster/self").body();
    one.stop();
    Node again =
        start(
            new Invocation.Run(
                "m",
                ANY,
                ANY,
                Endpoints.Advertised.AS_BOUND,
                Invocation.Beginning.founding(),
                Invocation.Let.NONE,
                Invocation.Security.NONE,
                true,
                Engines.DEFAULT,
                Invocation.SCRUB,
                Invocation.Log.USUAL,
                null));
    assertNotEquals(incarnation, get(again, "/cluster/self").body());
  }

  @Test
  void shutdown_of_one_node_leaves_the_others() throws Exception {
    Node one = start("node1");
    Node two = start("node2");
    assertEquals(200, post(one, "/setup", setup(one, two)).statusCode());
    assertEquals("{\"stopped\":[\"1\"],\"failed\":[]}", post(one, "/shutdown?self", "").body());
    assertEquals(0, one.awaitEnd());
    assertEquals(200, get(two, "/livez").statusCode());
  }

  @Test
  void what_cannot_start_says_why_and_leaves_nothing_behind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, ANY.resolve().getAddress())) {
      HostPort address = new HostPort("127.0.0.1", taken.getLocalPort());
      assertStartFails(StartException.TEMPORARY, "-haddr", flags("x", address, ANY));
      assertStartFails(StartException.TEMPORARY, "-raddr", flags("x", ANY, address));
    }
    assertStartFails(
        StartException.TEMPORARY, "-haddr", flags("x", new HostPort("nobody.invalid", 0), ANY));
    Node holder = start("x");
    assertStartFails(StartException.TEMPORARY, "held", flags("x", ANY, ANY));
    holder.stop();
    try (DataDirectory other = DataDirectory.open(temp.resolve("other"), "jgroups-raft")) {
      other.markEngine();
    }
    assertStartFails(StartException.USAGE, "-engine jgroups-raft", flags("other", ANY, ANY));
    start("x");
  }

  private void assertStartFails(int code, String why, Invocation.Run flags) {
    StartException failure = assertThrows(StartException.class, () -> start(flags));
    assertEquals(code, failure.exitCode());
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
  }
}
