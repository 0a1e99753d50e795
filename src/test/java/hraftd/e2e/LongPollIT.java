package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hraftd.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads wait for a key to change, on whichever node they are asked. */
class LongPollIT {

  private static final String SECRET = "a-secret-for-tests-of-more-than-32-characters";

  @TempDir Path directory;

  private static CompletableFuture<Answer> get(Daemon node, String target, String... headers) {
    return Background.supply(
        () -> {
          try {
            return node.get(target, headers);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static Answer answer(CompletableFuture<Answer> answer) {
    return answer.orTimeout(LONG.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private static void awaitWaiting(Daemon node, int count, String... headers) {
    eventually(
        "so many wait",
        LONG,
        () ->
            node.get("/metrics", headers).body().contains("hraftd_waiting_reads " + count + ".0"));
  }

  @Test
  void onEveryNodeWhoeverLeads() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      Daemon first = cluster.others(leader).get(0);
      Daemon second = cluster.others(leader).get(1);
      CompletableFuture<Answer> onLeader = get(leader, "/key/a?wait=60s");
      CompletableFuture<Answer> onFollower = get(first, "/key/a?wait=60s");
      awaitWaiting(leader, 1);
      awaitWaiting(first, 1);
      Answer written = second.put("/key/a", "1").expect(200);
      assertEquals("{\"a\":\"1\"}", answer(onLeader).expect(200).body());
      assertEquals("{\"a\":\"1\"}", answer(onFollower).expect(200).body());

      // Whoever waits on a follower is told of what the next leader takes.
      String etag = "\"" + written.json().path("revision").asLong() + "\"";
      CompletableFuture<Answer> waiting = get(first, "/key/a?wait=60s", "If-None-Match", etag);
      awaitWaiting(first, 1);
      leader.kill();
      assertFalse(waiting.isDone());
      eventually("another leads", LONG, () -> second.put("/key/a?timeout=2s", "2").expect(200));
      assertEquals("{\"a\":\"2\"}", answer(waiting).expect(200).body());

      // A node that stops lets nobody wait, and stops at once.
      CompletableFuture<Answer> lost = get(first, "/key/b?wait=60s");
      awaitWaiting(first, 1);
      first.stop();
      answer(lost).expect(503, "shutting_down");
    }
  }

  @Test
  void untilTheTokenIsTakenBack() throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 1)) {
      Daemon node = cluster.node(1).withSecret(SECRET);
      cluster.startAll();
      cluster.setUp();
      String token = cluster.token("waiter", "{\"prefix\":\"w/\",\"may\":\"read\"}");
      String bearer = "Bearer " + token;
      get(node, "/key/x?wait=60s", "Authorization", bearer).join().expect(403, "forbidden");
      CompletableFuture<Answer> waiting = get(node, "/key/w/1?wait=60s", "Authorization", bearer);
      awaitWaiting(node, 1);
      node.delete("/token/waiter").expect(200);
      answer(waiting).expect(401, "unauthorized");
      awaitWaiting(node, 0);
    }
  }
}
