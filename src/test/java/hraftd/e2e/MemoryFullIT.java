package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static hraftd.testing.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that writes on and on fills the heaps of a cluster, and stops no node. */
class MemoryFullIT {

  private static final String VALUE = "x".repeat(100_000);

  /** Several times the heap of a node. */
  private static final int MOST_VALUES = 3000;

  private static final Duration LONGER_THAN_A_MOMENT = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void writesAreRefusedWhileThereIsRoomAndTakenAgainWhenThereIs() throws Exception {
    try (TestCluster cluster = TestCluster.ready(directory, 3, "-Xmx64m")) {
      Daemon node = cluster.node(1);
      String first = node.put("/key/once", VALUE, "Idempotency-Key", "once").expect(200).body();
      int written = fill(cluster);
      Answer refused = node.put("/key/more?timeout=5s", VALUE);
      assertEquals("memory_full", refused.expect(507).json().path("code").asText());
      assertEquals(
          first,
          node.put("/key/once", VALUE, "Idempotency-Key", "once").expect(200).body(),
          "a repeat");
      for (Daemon each : cluster.nodes()) {
        assertEquals(VALUE, each.get("/key/cache/" + (written - 1) + "?raw").expect(200).body());
      }
      Daemon leader = cluster.leader();
      assertTrue(leader.status().path("memoryFull").asBoolean(), leader::errors);
      assertTrue(leader.get("/readyz").expect(200).body().contains("heap"), "and says so");
      new Recipes(cluster, directory, 1).follow("Delete what can go");
      eventually("writes are taken again", LONG, () -> node.put("/key/again", VALUE).expect(200));
      for (Daemon each : cluster.nodes()) {
        assertTrue(each.isRunning(), each::errors);
        assertTrue(!each.errors().contains("OutOfMemoryError"), each::errors);
      }
    }
  }

  /**
   * As a client does that goes to the next node when one refuses; gives how many are there. For a
   * moment writes are also refused while a node does not know how much of its heap is garbage.
   */
  private static int fill(TestCluster cluster) {
    int written = 0;
    AtomicInteger tries = new AtomicInteger();
    while (written < MOST_VALUES) {
      String key = "/key/cache/" + written;
      if (!within(
          LONGER_THAN_A_MOMENT, () -> put(cluster.node(1 + tries.getAndIncrement() % 3), key))) {
        return written;
      }
      written++;
    }
    throw new AssertionError("the heap is not that large");
  }

  private static boolean put(Daemon node, String key) {
    try {
      int status = node.put(key, VALUE).status();
      // On a busy machine leaders change; what is unknown then is written again.
      assertTrue(List.of(200, 503, 504, 507).contains(status), () -> "not " + status);
      return status == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
