package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A backup is one revision, and a restore is all or nothing, on all nodes. */
@BothEngines
class BackupIT {

  private static final int KEYS = 3000;

  private final EngineUnderTest engine;
  private final TestCluster cluster;

  BackupIT(EngineUnderTest engine, TestCluster cluster) throws IOException {
    this.engine = engine;
    this.cluster = cluster;
    cluster.leader().delete("/key?prefix=&all").expect(200);
    ObjectNode pairs = new ObjectMapper().createObjectNode();
    for (int i = 0; i < KEYS; i++) {
      pairs.put("backup/%04d".formatted(i), "value " + i);
    }
    cluster.leader().post("/key", pairs.toString()).expect(200);
  }

  @Test
  void aBackupShowsOneRevisionWhileOthersWrite() throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger rounds = new AtomicInteger();
    Daemon writer = cluster.leader();
    CompletableFuture<Void> writes =
        Background.run(
            () -> {
              while (!stop.get()) {
                writeTwins(writer, rounds.incrementAndGet());
              }
            });
    try {
      for (int i = 0; i < 6; i++) {
        int before = rounds.get();
        eventually("more is written", () -> rounds.get() > before + 1);
        Daemon node = cluster.nodes().get(i % cluster.nodes().size());
        String backup = node.get("/backup").expect(200).body();
        List<String> lines = backup.lines().toList();
        // The twins are the first and the last key, with thousands between them.
        String first = json(lines.get(1)).path("value").asText();
        String last = json(lines.get(lines.size() - 2)).path("value").asText();
        assertEquals(first, last);
        assertTrue(Integer.parseInt(first) > before, first);
        assertEquals(json(lines.get(0)).path("keys").asInt(), lines.size() - 2);
      }
    } finally {
      stop.set(true);
      writes.join();
    }
  }

  /** Alternately in a POST and in a transaction. */
  private static void writeTwins(Daemon node, int round) {
    String value = Integer.toString(round);
    try {
      if (round % 2 == 0) {
        node.post("/key", "{\"a-twin\":\"%1$s\",\"z-twin\":\"%1$s\"}".formatted(value)).expect(200);
      } else {
        String put = "{\"put\":{\"key\":\"%s\",\"value\":\"" + value + "\"}}";
        node.post(
                "/txn",
                "{\"then\":[" + put.formatted("z-twin") + "," + put.formatted("a-twin") + "]}")
            .expect(200);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String line) throws IOException {
    return new ObjectMapper().readTree(line);
  }

  @Test
  void whatIsDamagedIsRefusedAndChangesNothing() throws IOException {
    Daemon node = cluster.followers().get(0);
    String good = node.get("/backup").expect(200).body();
    int middle = good.indexOf("value 1500");
    String head = good.substring(0, good.indexOf('\n') + 1);
    List<String> damaged = new ArrayList<>();
    damaged.add("");
    damaged.add("{\"backup/0000\":\"not a backup\"}");
    damaged.add(head);
    damaged.add(good.substring(0, middle));
    damaged.add(good.substring(0, good.lastIndexOf("{\"count\"")));
    damaged.add(good.substring(0, good.length() - 1));
    damaged.add(good.substring(0, middle) + "value 15OO" + good.substring(middle + 10));
    damaged.add(head.replace("\"format\":1", "\"format\":2") + good.substring(head.length()));
    damaged.add(good.replace("{\"key\":\"backup/0007\",\"value\":\"value 7\"}\n", ""));
    damaged.add(good + "more");
    cluster.leader().put("/key/backup/0001", "newer").expect(200);
    String before = node.get("/backup").expect(200).body();
    for (String body : damaged) {
      node.post("/restore", body).expect(400, "bad_request");
    }
    for (Daemon each : cluster.nodes()) {
      assertEquals(before, each.get("/backup").expect(200).body());
    }
  }

  @Test
  void aRestoreOnAFollowerReplacesEverythingOnAllNodes() throws IOException {
    Daemon node = cluster.followers().get(0);
    node.put("/key/emoji/%F0%9F%98%80", "é\u0000\"\\").expect(200);
    String backup = node.get("/backup").expect(200).body();
    node.put("/key/not-in-it", "1").expect(200);
    node.put("/key/backup/0001", "newer").expect(200);
    node.delete("/key/backup/0002").expect(200);

    JsonNode restored = node.post("/restore", backup).expect(200).json();
    assertEquals(KEYS + 1, restored.path("keys").asInt());
    String expected = pairs(backup);
    for (Daemon each : cluster.nodes()) {
      String now = each.get("/backup").expect(200).body();
      assertEquals(expected, pairs(now), each::toString);
      assertEquals(
          restored.path("revision").asLong(),
          json(now.substring(0, now.indexOf('\n'))).path("revision").asLong());
      each.get("/key/not-in-it").expect(404);
    }
  }

  @Test
  void whatIsWrittenMeanwhileIsThereIfItCameAfterTheRestoreAndGoneIfBefore() throws IOException {
    Daemon writer = cluster.leader();
    Daemon node = cluster.others(writer).get(0);
    String backup = node.get("/backup").expect(200).body();
    Map<String, Long> written = new ConcurrentHashMap<>();
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> writes =
        Background.run(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                String key = "meanwhile-" + i;
                written.put(key, write(writer, key));
              }
            });
    long restored;
    try {
      eventually("some are written", () -> written.size() > 10);
      restored = node.post("/restore", backup).expect(200).json().path("revision").asLong();
      int before = written.size();
      eventually("more are written", () -> written.size() > before + 10);
    } finally {
      stop.set(true);
      writes.join();
    }
    for (Map.Entry<String, Long> write : written.entrySet()) {
      int expected = write.getValue() > restored ? 200 : 404;
      node.get("/key/" + write.getKey()).expect(expected);
    }
    node.get("/key/backup/0000").expect(200);
  }

  private static long write(Daemon node, String key) {
    try {
      return node.put("/key/" + key, "1").expect(200).json().path("revision").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a restore brings of them every node has, and no backup that is not asked for them. */
  @Test
  void tokensComeBackWithABackupThatHasThem() throws IOException {
    Daemon node = cluster.followers().get(0);
    String hash = "5e".repeat(32);
    String lines =
        "{\"format\":2}\n{\"key\":\"k\",\"value\":\"v\"}\n"
            + "{\"token\":\"ci\",\"sha256\":\"%s\",\"rules\":[{\"prefix\":\"ci/\",\"may\":\"write\"}],"
                .formatted(hash)
            + "\"created\":\"2026-11-27T00:00:00Z\"}\n";
    String backup =
        lines + "{\"count\":1,\"tokens\":1,\"sha256\":\"%s\"}\n".formatted(sha256(lines));
    if (engine == EngineUnderTest.JGROUPS_RAFT) {
      node.post("/restore", backup).expect(501, "not_supported");
      node.get("/key/backup/0000").expect(200);
      return;
    }
    // A new leader knows it once it has heard all members, and a follower a heartbeat later.
    for (Daemon each : cluster.nodes()) {
      eventually(
          each.name() + " knows that all know tokens",
          () ->
              each.status().path("commonFormat").asInt()
                  == each.status().path("newestFormat").asInt());
    }
    assertEquals(1, node.post("/restore", backup).expect(200).json().path("tokens").asInt());
    for (Daemon each : cluster.nodes()) {
      String whole = each.get("/backup?tokens").expect(200).body();
      assertEquals(pairs(backup), pairs(whole));
      assertFalse(each.get("/backup").expect(200).body().contains(hash));
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }

  /** The lines of the keys. */
  private static String pairs(String backup) {
    return backup.substring(backup.indexOf('\n') + 1, backup.lastIndexOf("{\"count\""));
  }
}
