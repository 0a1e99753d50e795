package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repeat under an Idempotency-Key is answered as the first was, whatever happened in between. */
@BothEngines
class IdempotencyIT {

  /** So small that a few dozen writes make a snapshot. */
  private static final long SNAPSHOT_BYTES = 64 << 10;

  @TempDir Path directory;

  private final EngineUnderTest engine;

  IdempotencyIT(EngineUnderTest engine) {
    this.engine = engine;
  }

  /** A write, the body (of a DELETE, the path) of another one, and what it was answered with. */
  private record Write(String method, String path, String body, String other, Answer first) {

    static Write first(Daemon node, String method, String path, String body, String other)
        throws IOException {
      Answer answer = send(node, method, path, body, path).expect(200);
      return new Write(method, path, body, other, answer);
    }

    private static Answer send(
        Daemon node, String method, String path, String body, String idempotencyKey)
        throws IOException {
      return node.send(
          method, path, BodyPublishers.ofString(body), "Idempotency-Key", method + idempotencyKey);
    }

    void repeat(Daemon node) throws IOException {
      Answer again = send(node, method, path, body, path).expect(first.status());
      assertEquals(first.body(), again.body(), again::toString);
      for (String header : List.of("ETag", "X-Hraftd-Revision")) {
        assertEquals(first.header(header), again.header(header), again::toString);
      }
    }

    void conflict(Daemon node) throws IOException {
      Answer answer =
          method.equals("DELETE")
              ? send(node, method, other, body, path)
              : send(node, method, path, other, path);
      answer.expect(409, "conflict");
    }
  }

  @Test
  void theAnswerOutlivesLeadersRestartsAndSnapshots() throws IOException {
    try (TestCluster cluster =
        TestCluster.ready(engine, directory, 3, "-Dhraftd.snapshotBytes=" + SNAPSHOT_BYTES)) {
      Daemon node = cluster.node(2);
      node.post("/key", "{\"d\":\"1\",\"p/1\":\"1\",\"p/2\":\"2\"}").expect(200);
      List<Write> writes = new ArrayList<>();
      writes.add(Write.first(node, "POST", "/key", "{\"a\":\"1\"}", "{\"a\":\"2\"}"));
      writes.add(Write.first(node, "PUT", "/key/b", "1", "2"));
      writes.add(Write.first(node, "DELETE", "/key/d", "", "/key/a"));
      String txn = "{\"then\":[{\"put\":{\"key\":\"t\",\"value\":\"%d\"}},{\"get\":\"a\"}]}";
      writes.add(Write.first(node, "POST", "/txn", txn.formatted(1), txn.formatted(2)));
      // What was done is overwritten: a repeat that does it again would show.
      node.post("/key", "{\"a\":\"x\",\"b\":\"x\",\"d\":\"x\",\"t\":\"x\"}").expect(200);
      repeated(cluster, writes);

      Daemon leader = cluster.leader();
      leader.kill();
      repeated(cluster, writes);

      leader.start();
      repeated(cluster, writes);

      long done = cluster.leader().status().path("commitIndex").asLong();
      for (int i = 0; i < 40; i++) {
        node.put("/key/fill" + i % 2, "f".repeat(8 << 10)).expect(200);
      }
      for (Daemon each : cluster.nodes()) {
        eventually("a snapshot has the writes", () -> snapshotIndex(each) > done);
      }
      cluster.killAndStartAll(engine);
      repeated(cluster, writes);
    }
  }

  private static double snapshotIndex(Daemon node) throws IOException {
    return node.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("hraftd_raft_snapshot_index "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private static void repeated(TestCluster cluster, List<Write> writes) throws IOException {
    for (Daemon node : cluster.nodes()) {
      if (!node.isRunning()) {
        continue;
      }
      eventually("it serves", LONG, () -> node.get("/key/a").expect(200));
      for (Write write : writes) {
        write.repeat(node);
        write.conflict(node);
      }
      assertEquals("{\"a\":\"x\"}", node.get("/key/a").expect(200).body());
      for (String key : List.of("a", "b", "d", "t")) {
        assertEquals("x", node.get("/key/" + key + "?raw").expect(200).body());
      }
    }
  }
}
