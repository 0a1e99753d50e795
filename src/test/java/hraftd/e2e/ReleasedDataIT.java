package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What released versions have written is read: src/test/resources/released has it. */
class ReleasedDataIT {

  private static final Path DATA = Path.of("src/test/resources/released/1.0.0").toAbsolutePath();

  @TempDir private Path temp;

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private static JsonNode keys() throws IOException {
    return json(Files.readString(DATA.resolve("keys.json"))).path("keys");
  }

  private static JsonNode keys(Daemon node) throws IOException {
    return json(node.get("/key?limit=1000").expect(200).body()).path("keys");
  }

  @Test
  void aMemberOf_1_0_0_goesOnWithAllThatItHad() throws IOException {
    Path directory = temp.resolve("node");
    copy(DATA.resolve("node"), directory);
    try (Daemon node = new Daemon("node1", directory)) {
      node.start();
      eventually("it leads", () -> node.get("/readyz").status() == 200);
      assertEquals(keys(), keys(node));
      // What was to happen once is remembered with its answer.
      Answer repeat = node.put("/key/n/45", "v45", "Idempotency-Key", "order-45");
      assertEquals(52, json(repeat.expect(200).body()).path("revision").asLong());
      assertEquals("4\n", Files.readString(directory.resolve("format")));
      JsonNode status = json(node.get("/status").expect(200).body());
      assertEquals(status.path("newestFormat"), status.path("commonFormat"));
      node.put("/key/new", "new").expect(200);
      node.stop();
      node.start();
      eventually("it leads again", () -> node.get("/readyz").status() == 200);
      assertEquals(keys().size() + 1, keys(node).size());
    }
  }

  @Test
  void aBackupOf_1_0_0_isRestored() throws IOException {
    try (Daemon node = new Daemon("node1", temp.resolve("new"))) {
      node.start("-bootstrap");
      eventually("it leads", () -> node.get("/readyz").status() == 200);
      Answer restored = node.post("/restore", Files.readString(DATA.resolve("backup.jsonl")));
      assertTrue(json(restored.expect(200).body()).path("revision").asLong() > 59);
      assertEquals(values(keys()), values(keys(node)));
    }
  }

  /** Without the versions, which a backup has not. */
  private static Map<String, String> values(JsonNode keys) {
    Map<String, String> values = new TreeMap<>();
    for (JsonNode key : keys) {
      String value = key.has("value") ? key.path("value").asText() : "64:" + key.path("value64");
      values.put(key.path("key").asText(), value);
    }
    return values;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
