package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Yardstick;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of a large store is answered as from a small one, and nobody else waits for it. To
 * measure it, run this with {@code -Dkeys=1000000}.
 */
class ManyKeysIT {

  private static final int KEYS = Integer.getInteger("keys", 100_000);
  private static final int KEYS_A_POST = 10_000;
  private static final String VALUE = "v".repeat(100);
  private static final int PAGES = 30;

  /** A page of a thousand keys, on a machine that runs three nodes and the tests besides. */
  private static final Duration PAGE = Duration.ofMillis(100);

  /** How long no write may be acknowledged, on the same machine. */
  private static final Duration GAP = Duration.ofSeconds(2);

  @TempDir Path directory;

  @Test
  void listsWatchesAndDeletesOfAllKeysHoldNobodyUp() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3, "-Xmx1g")) {
      List<Daemon> followers = cluster.followers();
      Daemon node = followers.get(0);
      load(node);

      double before = Yardstick.slowness();
      Duration page = medianPage(node);
      Duration all = timed(() -> assertEquals(KEYS, countAll(node)));
      System.out.printf(
          "%d keys: a page in %d ms (median of %d), all pages in %d ms%n",
          KEYS, page.toMillis(), PAGES, all.toMillis());
      Duration bound = Yardstick.stretched(PAGE, before, Yardstick.slowness());
      assertTrue(page.compareTo(bound) < 0, () -> "a page took " + page + ", bound " + bound);

      Daemon watched = followers.get(1);
      try (Pulse pulse = new Pulse(watched, "while watched")) {
        Duration taken = timed(() -> assertEquals(KEYS, watchedFromZero(watched)));
        System.out.printf("watch from 0: %d ms%n", taken.toMillis());
        pulse.check(GAP);
      }

      try (Pulse pulse = new Pulse(watched, "while all are deleted")) {
        Duration taken =
            timed(
                () -> {
                  JsonNode deleted = node.delete("/key?prefix=key-").expect(200).json();
                  assertEquals(KEYS, deleted.path("deleted").asInt());
                });
        System.out.printf("delete of all: %d ms%n", taken.toMillis());
        pulse.check(GAP);
      }
      for (Daemon each : cluster.nodes()) {
        assertEquals(0, each.get("/key?prefix=key-").expect(200).json().path("keys").size());
        assertTrue(!each.errors().contains("OutOfMemoryError"), each::errors);
      }
    }
  }

  /** Writes one key after the other and remembers the longest time between two answers. */
  private static final class Pulse implements AutoCloseable {
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private final String when;
    private final Thread thread;
    private final double slowness = Yardstick.slowness();
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    Pulse(Daemon node, String when) {
      this.when = when;
      thread = new Thread(() -> run(node), "pulse");
      thread.start();
      eventually("it writes", () -> count.get() > 0);
    }

    private void run(Daemon node) {
      try {
        while (!stop) {
          long start = System.nanoTime();
          node.put("/key/pulse", "1").expect(200);
          longest.accumulateAndGet(System.nanoTime() - start, Math::max);
          count.incrementAndGet();
        }
      } catch (IOException | AssertionError e) {
        failure = e;
      }
    }

    void check(Duration limit) {
      close();
      assertEquals(null, failure);
      Duration gap = Duration.ofNanos(longest.get());
      System.out.printf(
          "%s: %d writes, the longest took %d ms%n", when, count.get(), gap.toMillis());
      Duration bound = Yardstick.stretched(limit, slowness, Yardstick.slowness());
      assertTrue(
          gap.compareTo(bound) < 0, () -> when + " a write took " + gap + ", bound " + bound);
    }

    @Override
    public void close() {
      stop = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
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

  private static Duration medianPage(Daemon node) throws IOException {
    long[] nanos = new long[PAGES];
    for (int i = 0; i < PAGES; i++) {
      long start = System.nanoTime();
      node.get("/key").expect(200);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return Duration.ofNanos(nanos[PAGES / 2]);
  }

  private static int countAll(Daemon node) throws IOException {
    int count = 0;
    String after = "";
    while (after != null) {
      JsonNode page =
          node.get("/key?prefix=key-&keys_only&limit=10000&after=" + after).expect(200).json();
      count += page.path("keys").size();
      after = page.path("next").textValue();
    }
    return count;
  }

  /** How many keys a watch from 0 shows before it says that these are all. */
  private static int watchedFromZero(Daemon node) throws IOException {
    URL url = URI.create("http://" + node.haddr() + "/watch?prefix=key-&from=0").toURL();
    int count = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine();
          line != null && !line.equals("event: progress");
          line = lines.readLine()) {
        count += line.equals("event: put") ? 1 : 0;
      }
    }
    return count;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Duration timed(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
