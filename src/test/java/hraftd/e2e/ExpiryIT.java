package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.e2e.EventStream.Event;
import hraftd.testing.Eventually;
import hraftd.testing.Yardstick;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys go when their time is over: never early, hardly late, and without stopping the writers. */
@BothEngines
class ExpiryIT {

  /** How late a key may go, counted from when there is a new leader. */
  private static final Duration LATE = Duration.ofSeconds(2);

  private static final int KEYS = 100_000;
  private static final int KEYS_A_POST = 10_000;

  /** Mostly long enough to load them all before the first one goes; twice as long if it was not. */
  private static final Duration ALL_DUE = Duration.ofSeconds(5);

  private static final int DOUBLINGS = 5;

  /** How long no write may be acknowledged, on a machine that also runs the tests. */
  private static final Duration GAP = Duration.ofSeconds(1);

  private final TestCluster cluster;

  ExpiryIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void neverEarlyAndHardlyLateWhenTheLeaderIsKilled() throws IOException {
    goesInTime(Duration.ofSeconds(2), () -> cluster.leader().kill());
  }

  @Test
  void neverEarlyAndHardlyLateWhenAllAreRestarted() throws IOException {
    // So long that it shows if the log does not have the time that passed before.
    goesInTime(
        Duration.ofSeconds(6),
        () -> {
          cluster.nodes().forEach(Daemon::kill);
          cluster.startAll();
        });
  }

  /** Ends the leader when half of a key's life is over; twice as long a life if that was missed. */
  private void goesInTime(Duration ttl, Runnable end) throws IOException {
    for (int i = 0; i < DOUBLINGS; i++) {
      cluster.startAll();
      cluster.awaitReady();
      if (goneInTime(ttl.multipliedBy(1L << i), end)) {
        return;
      }
    }
    throw new AssertionError("too slow a machine to see a key live for half of its life");
  }

  /** False if the key was gone before the leader was ended. */
  private boolean goneInTime(Duration ttl, Runnable end) throws IOException {
    double before = Yardstick.slowness();
    Daemon leader = cluster.leader();
    Daemon node = cluster.others(leader).get(0);
    node.put("/key/expiry/for-ever", "1").expect(200);
    long written = System.nanoTime();
    node.put("/key/expiry/short?ttl=" + ttl.toMillis() + "ms", "1").expect(200);
    Optional<Duration> left =
        eventually(
            "half of its life is over",
            LONG,
            () -> {
              Answer answer = leader.get("/key/expiry/short");
              Optional<Duration> now =
                  answer.status() == 404 ? Optional.empty() : Optional.of(left(answer.expect(200)));
              assertTrue(now.isEmpty() || now.get().compareTo(ttl.dividedBy(2)) <= 0);
              return now;
            });
    if (left.isEmpty()) {
      return false;
    }
    end.run();
    eventually("there is a leader", LONG, () -> node.put("/key/expiry/led", "1").expect(200));
    long led = System.nanoTime();
    long gone =
        eventually(
            "it goes",
            LONG,
            () -> {
              node.get("/key/expiry/short").expect(404);
              return System.nanoTime();
            });
    Duration lived = Duration.ofNanos(gone - written);
    assertTrue(lived.compareTo(ttl) >= 0, () -> "gone after " + lived);
    Duration late = Duration.ofNanos(gone - led).minus(left.get());
    Duration bound = Yardstick.stretched(LATE, before, Yardstick.slowness());
    assertTrue(late.compareTo(bound) <= 0, () -> "late by " + late + ", bound " + bound);
    node.get("/key/expiry/for-ever").expect(200);
    return true;
  }

  private static Duration left(Answer answer) {
    return Duration.parse("PT" + answer.header("X-Hraftd-Ttl"));
  }

  @Test
  void aHundredThousandAtOnceStopNoWriter() throws IOException {
    for (int i = 0; i < DOUBLINGS; i++) {
      if (stopNoWriter(ALL_DUE.multipliedBy(1L << i))) {
        return;
      }
    }
    throw new AssertionError("too slow a machine to load so many keys before they go");
  }

  /** False if some went before all were there. */
  private boolean stopNoWriter(Duration allDue) throws IOException {
    double before = Yardstick.slowness();
    List<Daemon> followers = cluster.followers();
    Daemon node = followers.get(0);
    Daemon watched = followers.get(1);
    watched.get("/key?prefix=due/").expect(200); // It has applied the last attempt's end.
    long due = System.nanoTime() + allDue.toNanos();
    try (EventStream watch = new EventStream(watched, "prefix=due/")) {
      watch.awaitOpen();
      for (int first = 0; first < KEYS; first += KEYS_A_POST) {
        long left = Duration.ofNanos(due - System.nanoTime()).toMillis();
        if (left <= 0) {
          break;
        }
        node.post("/key?ttl=" + left + "ms", keys(first)).expect(200);
      }
      if (System.nanoTime() - due >= 0) {
        node.delete("/key?prefix=due/").expect(200);
        return false;
      }
      watch.awaitCount(KEYS);
      Duration longest = longestGapUntil(node, () -> watch.count() >= 2 * KEYS);
      System.out.printf(
          "%d keys gone %d ms after they were due, longest gap in writes %d ms%n",
          KEYS, (System.nanoTime() - due) / 1_000_000, longest.toMillis());
      Duration bound = Yardstick.stretched(GAP, before, Yardstick.slowness());
      assertTrue(
          longest.compareTo(bound) <= 0, () -> "no write for " + longest + ", bound " + bound);
      List<Event> deletes = watch.events().subList(KEYS, 2 * KEYS);
      Set<String> keys = new HashSet<>();
      for (Event event : deletes) {
        assertEquals("expired", event.reason(), event::toString);
        keys.add(event.key());
      }
      assertEquals(KEYS, keys.size(), "each once");
    }
    for (Daemon each : cluster.nodes()) {
      assertEquals(0, each.get("/key?prefix=due/").expect(200).json().path("keys").size());
    }
    return true;
  }

  private static String keys(int first) {
    ObjectNode pairs = new ObjectMapper().createObjectNode();
    for (int i = first; i < first + KEYS_A_POST; i++) {
      pairs.put("due/%06d".formatted(i), "");
    }
    return pairs.toString();
  }

  private static Duration longestGapUntil(Daemon node, Eventually.Condition done) {
    long[] last = {System.nanoTime()};
    long[] longest = {0};
    eventually(
        "all are gone",
        LONG,
        () -> {
          do {
            node.put("/key/meanwhile", "1").expect(200);
            long now = System.nanoTime();
            longest[0] = Math.max(longest[0], now - last[0]);
            last[0] = now;
          } while (!done.holds());
          return last;
        });
    return Duration.ofNanos(longest[0]);
  }
}
