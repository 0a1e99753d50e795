package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Yardstick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots of many keys of 100 bytes on three nodes that write and take snapshots at the same
 * time: no write waits for one, and they need little memory. To measure it, run this with {@code
 * -Dkeys=1000000}.
 */
class SnapshotScaleIT {

  private static final int KEYS = Integer.getInteger("keys", 100_000);
  private static final int KEYS_A_POST = 10_000;
  private static final String VALUE = "v".repeat(100);

  /** Of the leader; the others take theirs at about the same time. */
  private static final int SNAPSHOTS = 5;

  private static final Duration INTERVAL = Duration.ofMillis(1500);

  /** A write may wait so much longer while there is one. */
  private static final Duration BOUND = Duration.ofMillis(50);

  private record Span(long from, long to) {
    boolean touches(Span other) {
      return from - other.to <= 0 && other.from - to <= 0;
    }

    Duration length() {
      return Duration.ofNanos(to - from);
    }
  }

  @TempDir Path directory;

  @Test
  void noWriteWaitsForASnapshotWhichNeedsLittleMemory() throws IOException {
    try (TestCluster cluster =
        TestCluster.ready(
            directory, 3, "-Xmx1g", "-Dhraftd.snapshotMillis=" + INTERVAL.toMillis())) {
      Daemon leader = cluster.leader();
      long empty = LiveHeap.of(leader);
      load(leader);
      checkWrites(leader);
      checkMemory(leader, empty);
    }
  }

  private static void checkWrites(Daemon leader) {
    List<Span> snapshots = new ArrayList<>();
    double before = Yardstick.slowness();
    List<Span> writes = writeUntil(leader, () -> watch(leader, snapshots));
    Duration bound = Yardstick.stretched(BOUND, before, Yardstick.slowness());
    assertEquals(SNAPSHOTS, snapshots.size(), "snapshots were taken");
    Duration without = Duration.ZERO;
    List<Duration> slowest = new ArrayList<>();
    for (Span snapshot : snapshots) {
      slowest.add(
          writes.stream()
              .filter(snapshot::touches)
              .map(Span::length)
              .max(Duration::compareTo)
              .orElse(Duration.ZERO));
    }
    for (Span write : writes) {
      if (snapshots.stream().noneMatch(write::touches) && write.length().compareTo(without) > 0) {
        without = write.length();
      }
    }
    slowest.sort(Duration::compareTo);
    System.out.printf(
        "%d keys, %d writes: slowest without a snapshot %d us; with one, of %s ms: %s us%n",
        KEYS,
        writes.size(),
        without.toNanos() / 1000,
        snapshots.stream().map(s -> s.length().toMillis()).toList(),
        slowest.stream().map(s -> s.toNanos() / 1000).toList());
    // The median: the machine may be busy with something else during one of them.
    Duration median = slowest.get(slowest.size() / 2);
    assertTrue(
        median.compareTo(without.plus(bound)) <= 0,
        median + ", and without one " + without + " and " + bound);
  }

  /** Writes one key after the other until the work is done; when each began and ended. */
  private static List<Span> writeUntil(Daemon leader, Runnable work) {
    Thread worker = new Thread(work, "watching");
    List<Span> writes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      write(leader, i); // the code is compiled before it counts
    }
    worker.start();
    for (int i = 0; worker.isAlive(); i++) {
      long from = System.nanoTime();
      write(leader, i);
      writes.add(new Span(from, System.nanoTime()));
    }
    return writes;
  }

  private static void write(Daemon leader, int number) {
    try {
      leader.put("/key/key-%07d".formatted(number * 7919L % KEYS), VALUE).expect(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes when the leader writes its snapshots, until there are enough. */
  private static void watch(Daemon leader, List<Span> snapshots) {
    Path writing = leader.directory().resolve("raft").resolve("snapshot.writing");
    long end = System.nanoTime() + LONG.toNanos();
    long began = 0;
    boolean before = Files.exists(writing);
    while (snapshots.size() < SNAPSHOTS && System.nanoTime() - end < 0) {
      boolean now = Files.exists(writing);
      if (now && !before) {
        began = System.nanoTime();
      } else if (!now && before && began != 0) {
        snapshots.add(new Span(began, System.nanoTime()));
      }
      before = now;
      LockSupport.parkNanos(500_000);
    }
  }

  private static void checkMemory(Daemon leader, long empty) {
    long[] most = {0};
    Path writing = leader.directory().resolve("raft").resolve("snapshot.writing");
    eventually("no snapshot is written", () -> !Files.exists(writing));
    long before = LiveHeap.of(leader) - empty;
    writeUntil(
        leader,
        () -> {
          for (int i = 0; i < 2; i++) {
            eventually("a snapshot is written", () -> Files.exists(writing));
            most[0] = Math.max(most[0], LiveHeap.of(leader) - empty);
          }
        });
    System.out.printf("%d keys: state %d bytes, during snapshots %d%n", KEYS, before, most[0]);
    assertTrue(most[0] > 0, "it was measured during a snapshot");
    assertTrue(most[0] <= before * 3 / 2, most[0] + " bytes, the state is " + before);
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
}
