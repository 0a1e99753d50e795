package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a token is worth on every node, from the request that makes it until it is taken back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensIT {

  private TestCluster cluster;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    cluster = TestCluster.asking(directory, "a-secret-for-tests-of-more-than-32-characters");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void aTokenThatIsTakenBackIsWorthNothingASecondLaterOnEveryNode() throws IOException {
    String token = cluster.token("brief", "{\"prefix\":\"brief/\",\"may\":\"write\"}");
    String[] header = {"Authorization", "Bearer " + token};
    for (Daemon node : cluster.nodes()) {
      node.put("/key/brief/a", "1", header).expect(200);
    }
    cluster.node(2).delete("/token/brief").expect(200);
    for (Daemon node : cluster.nodes()) {
      eventually("unknown on " + node, LONG, () -> node.get("/key/brief/a", header).expect(401));
    }
  }

  /** A thief's token is not to be good for as long as a machine is broken. */
  @Test
  void aTokenIsTakenBackWhileAMemberIsAwayThatTheLeaderHasNeverHeard() throws IOException {
    String token = cluster.token("stolen", "{\"prefix\":\"stolen/\",\"may\":\"write\"}");
    String[] header = {"Authorization", "Bearer " + token};
    Daemon away = cluster.node(3);
    List<Daemon> there = List.of(cluster.node(1), cluster.node(2));
    try {
      cluster.nodes().forEach(Daemon::kill);
      there.forEach(Daemon::launch);
      there.forEach(Daemon::awaitReady);
      Daemon asked = cluster.leader();
      asked.post("/token", "{\"name\":\"new\",\"rules\":[]}").expect(501, "not_supported");
      assertEquals(1, asked.delete("/token/stolen").expect(200).json().path("deleted").asInt());
      assertEquals(0, asked.delete("/token/stolen").expect(200).json().path("deleted").asInt());
      for (Daemon node : there) {
        eventually("unknown on " + node, LONG, () -> node.get("/key/stolen/a", header).expect(401));
      }
    } finally {
      cluster.startAll();
      cluster.awaitReady();
    }
    eventually(
        "unknown where it was away", LONG, () -> away.get("/key/stolen/a", header).expect(401));
  }

  @Test
  void aTokenEndsWithItsTime() throws IOException {
    String body =
        "{\"name\":\"short\",\"rules\":[{\"prefix\":\"\",\"may\":\"read\"}],\"ttl\":\"2s\"}";
    String[] header = {"Authorization", ""};
    // Made anew if its time was over before it was shown.
    eventually(
        "it is worth something until then",
        LONG,
        () -> {
          Answer made = cluster.node(1).post("/token", body).expect(201);
          header[1] = "Bearer " + made.json().path("token").asText();
          return cluster.node(3).get("/key?prefix=", header).expect(200);
        });
    eventually("it is over", LONG, () -> cluster.node(3).get("/key?prefix=", header).expect(401));
  }

  @Test
  void aWatchEndsWhenItsTokenIsTakenBack() throws Exception {
    String token = cluster.token("watcher", "{\"prefix\":\"w/\",\"may\":\"read\"}");
    Daemon node = cluster.node(3);
    eventually(
        "it is known",
        LONG,
        () -> node.get("/key?prefix=w/", "Authorization", "Bearer " + token).expect(200));
    try (EventStream stream =
        new EventStream(node, "prefix=w/", "Authorization", "Bearer " + token)) {
      stream.awaitOpen();
      node.put("/key/w/1", "seen").expect(200);
      stream.awaitCount(1);
      node.delete("/token/watcher").expect(200);
      eventually(
          "this node knows",
          LONG,
          () -> node.get("/key?prefix=w/", "Authorization", "Bearer " + token).expect(401));
      node.put("/key/w/2", "hidden").expect(200);
      eventually("the watch is over", stream::isOver);
      assertEquals(1, stream.count());
    }
  }

  @Test
  void whoWaitsWhileTheTokenIsTakenBackGetsNothing() throws Exception {
    String token = cluster.token("patient", "{\"prefix\":\"p/\",\"may\":\"read\"}");
    Daemon node = cluster.node(1);
    long revision = node.put("/key/p/a", "old").expect(200).json().path("revision").asLong();
    CompletableFuture<Answer> waiting =
        Background.supply(
            () -> {
              try {
                return node.get(
                    "/key/p/a?timeout=20s&min_revision=" + (revision + 1),
                    "Authorization",
                    "Bearer " + token);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    eventually("it waits", () -> node.get("/metrics").body().contains("hraftd_http_in_flight 2"));
    node.delete("/token/patient").expect(200);
    node.put("/key/p/a", "new").expect(200);
    assertEquals(401, waiting.get(1, TimeUnit.MINUTES).status());
  }

  @Test
  void anIdempotencyKeyIsItsCallersOwn() throws IOException {
    String one = cluster.token("one", "{\"prefix\":\"one/\",\"may\":\"write\"}");
    String two = cluster.token("two", "{\"prefix\":\"two/\",\"may\":\"write\"}");
    Daemon node = cluster.node(1);
    String[] key = {"Idempotency-Key", "deploy-42", "Authorization", ""};
    for (String[] each : new String[][] {{"one/a", one}, {"two/a", two}}) {
      key[3] = "Bearer " + each[1];
      Answer first = node.put("/key/" + each[0], "1", key).expect(200);
      Answer again = node.put("/key/" + each[0], "1", key).expect(200);
      assertEquals(first.body(), again.body());
    }
  }
}
