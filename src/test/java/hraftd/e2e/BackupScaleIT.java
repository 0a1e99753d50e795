package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backup and restore of many keys of 100 bytes: what they need on the way does not grow with the
 * file. To measure it, run this with {@code -Dkeys=1000000}.
 */
class BackupScaleIT {

  private static final int KEYS = Integer.getInteger("keys", 100_000);
  private static final int KEYS_A_POST = 10_000;
  private static final String VALUE = "v".repeat(100);

  /** A part of the file that buffers on the way, which do not grow with it, stay below. */
  private static final int PART = 2;

  /** From so many keys on the work takes long enough for a line of progress. */
  private static final int KEYS_WITH_PROGRESS = 500_000;

  @TempDir Path directory;

  @Test
  void whatIsNeededOnTheWayDoesNotGrowWithTheFile() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3, "-Xmx512m")) {
      Daemon node = cluster.followers().get(0);
      timed("load", () -> load(cluster.node(2)));
      BackupClient client = new BackupClient(node);
      Path file = directory.resolve("backup.jsonl");
      // Once before it counts: threads and buffers that are kept have come then.
      client.save(file, 1, () -> {});
      long before = held(node);
      AtomicLong during = new AtomicLong();

      timed("backup", () -> client.save(file, 1, () -> during.set(held(node))));
      long size = Files.size(file);
      System.out.printf("%d keys, %d bytes; heap %d, while saved %s%n", KEYS, size, before, during);
      assertTrue(during.get() - before < size / PART, during + " bytes while saved");

      timed(
          "restore",
          () -> client.restore(file, size * 9 / 10, () -> during.set(held(node))).expect(200));
      System.out.printf("heap while received %s%n", during);
      assertTrue(during.get() - before < size / PART, during + " bytes while received");

      for (Daemon each : cluster.nodes()) {
        Path copy = directory.resolve(each.name() + ".jsonl");
        new BackupClient(each).save(copy, 1, () -> {});
        assertEquals(pairs(file), pairs(copy), each::toString);
        System.out.printf("%s has %d of heap in use%n", each, LiveHeap.of(each));
        assertTrue(!each.errors().contains("OutOfMemoryError"), each::errors);
      }
      if (KEYS >= KEYS_WITH_PROGRESS) {
        assertTrue(node.errors().contains(" keys sent"), node::errors);
        assertTrue(node.errors().contains(" keys received"), node::errors);
      }
    }
  }

  /** The least of some looks: what is just on its way has gone in one of them. */
  private static long held(Daemon node) {
    return LongStream.generate(() -> LiveHeap.of(node)).limit(3).min().orElseThrow();
  }

  private static void load(Daemon node) throws IOException {
    for (int first = 0; first < KEYS; first += KEYS_A_POST) {
      ObjectNode pairs = new ObjectMapper().createObjectNode();
      for (int i = first; i < Math.min(KEYS, first + KEYS_A_POST); i++) {
        pairs.put("key-%07d".formatted(i), VALUE);
      }
      node.post("/key?timeout=20s", pairs.toString()).expect(200);
    }
  }

  /** A digest of a backup but for its first and last line. */
  private static long pairs(Path file) throws IOException {
    CRC32 sum = new CRC32();
    try (Stream<String> lines = Files.lines(file)) {
      lines.skip(1).limit(KEYS).forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
    }
    return sum.getValue();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void timed(String what, Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s of %d keys: %d ms%n", what, KEYS, taken.toMillis());
  }
}
