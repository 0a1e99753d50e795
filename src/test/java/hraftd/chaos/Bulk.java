package hraftd.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the log grow, quickly; nobody looks at what is written but the comparison of the copies.
 */
final class Bulk {

  private static final int WRITERS = 16;
  private static final int KEYS = 500;
  private static final int VALUE_BYTES = 2048;
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private Bulk() {}

  /**
   * Writes so many entries, or until the time is up.
   *
   * @return how many were acknowledged
   */
  static int write(Client client, List<NodeProcess> nodes, int entries, Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    String value = "x".repeat(VALUE_BYTES);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger acknowledged = new AtomicInteger();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String address = nodes.get(i % nodes.size()).http();
      Thread writer =
          new Thread(
              () -> {
                for (int n = next.getAndIncrement();
                    n < entries && System.nanoTime() < deadline;
                    n = next.getAndIncrement()) {
                  String path = Client.keyPath("bulk/" + n % KEYS);
                  if (client.send(address, "PUT", path, value, LIMIT).ok()) {
                    acknowledged.incrementAndGet();
                  }
                }
              },
              "bulk");
      writer.start();
      writers.add(writer);
    }
    try {
      for (Thread writer : writers) {
        writer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return acknowledged.get();
  }
}
