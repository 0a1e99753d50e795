package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two thousand clients that take their time cost a node no thread, and others no time. */
class SlowClientsIT {

  /** Of each kind of slowness. */
  private static final int CLIENTS = 500;

  /** Those that send headers slowly, and those that do not read. */
  private static final int OTHERS = 2 * CLIENTS;

  /** A page of them is more than the network takes at once. */
  private static final int LISTED = 10;

  private static final int VALUE_BYTES = 100_000;

  /** Requests of a probe: enough for a p99. */
  private static final int PROBES = 200;

  private static final Duration QUICK = Duration.ofMillis(50);

  /** What a JVM may begin on its own meanwhile: compilers, collectors. */
  private static final int OTHER_THREADS = 8;

  private static final Duration LIMIT = Duration.ofSeconds(25);

  @TempDir Path directory;

  @ParameterizedTest(name = "front {0}")
  @ValueSource(strings = {"on", "off"})
  void theyHoldNoThreadAndNobodyUp(String front) throws IOException {
    try (Daemon node =
        new Daemon("slow", directory.resolve(front)).with(List.of("-Dhraftd.front=" + front))) {
      node.start("-bootstrap").awaitReady();
      for (int i = 0; i < LISTED; i++) {
        node.put("/key/listed/" + i, "x".repeat(VALUE_BYTES)).expect(200);
      }
      p99(node);
      int before = threads(node);
      try (SlowClients clients = new SlowClients(node)) {
        clients
            .open(CLIENTS, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            .open(
                CLIENTS,
                "PUT /key/slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000\r\n\r\n")
            .open(
                CLIENTS, "POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000\r\n\r\n")
            .open(
                CLIENTS, "GET /key?prefix=listed/&level=stale HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertTrue(clients.drip() >= 3 * CLIENTS, "they are there");
        eventually(
            "a p99 under " + QUICK,
            LIMIT,
            () -> {
              Duration p99 = p99(node);
              assertTrue(p99.compareTo(QUICK) < 0, p99::toString);
              return p99;
            });
        // Too much is held, or there is room: either is said at once.
        int status = node.get("/key?prefix=listed/&limit=1&level=stale").status();
        assertTrue(status == 200 || status == 429, () -> "a list: " + status);
        eventually(
            "bodies in slow motion are given up, and nobody else", () -> clients.drip() == OTHERS);
        int more = threads(node) - before;
        assertTrue(more <= OTHER_THREADS, () -> more + " threads more");
      }
      node.put("/key/quick", "1").expect(200);
      assertTrue(!node.errors().contains("OutOfMemoryError"), node::errors);
    }
  }

  /** Of probes of the control plane and of the data plane in turn. */
  private static Duration p99(Daemon node) throws IOException {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      long began = System.nanoTime();
      node.get(i % 2 == 0 ? "/livez" : "/key/listed/0?raw&level=stale").expect(200);
      nanos.add(System.nanoTime() - began);
    }
    Collections.sort(nanos);
    return Duration.ofNanos(nanos.get(PROBES * 99 / 100 - 1));
  }

  private static int threads(Daemon node) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(node.pid()), "status")).stream()
        .filter(line -> line.startsWith("Threads:"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
