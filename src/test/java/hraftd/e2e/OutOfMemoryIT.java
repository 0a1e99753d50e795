package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is out of memory ends; it never stays as one that answers and does nothing. */
class OutOfMemoryIT {

  private static final int VALUE_BYTES = 1 << 20;

  /** Several times the heap. */
  private static final int MOST_VALUES = 200;

  @TempDir Path directory;

  @Test
  void theProcessEndsAndWhatWasAcknowledgedIsThere() throws IOException {
    try (Daemon node =
        new Daemon("full", directory).with(List.of("-Xmx48m", "-Dhraftd.heapPercent=100"))) {
      node.start("-bootstrap").awaitReady();
      int acknowledged = 0;
      for (int i = 0; i < MOST_VALUES && node.isRunning(); i++) {
        acknowledged += put(node, acknowledged) ? 1 : 0;
      }
      assertEquals(1, node.exitCode());
      List<String> said =
          node.errors().lines().filter(line -> line.contains("out of memory")).toList();
      assertEquals(1, said.size(), node::errors);
      assertTrue(said.get(0).startsWith("hraftd: out of memory, the process ends"), said::toString);
      node.with(List.of("-Xmx256m"));
      node.start().awaitReady();
      for (int i = 0; i < acknowledged; i++) {
        node.get("/key/" + i + "?raw").expect(200);
      }
    }
  }

  /** True if a value more was acknowledged. */
  private static boolean put(Daemon node, int number) {
    try {
      return node.put("/key/" + number, "x".repeat(VALUE_BYTES)).status() == 200;
    } catch (IOException e) {
      // The process is ending, or has ended.
      return false;
    }
  }
}
