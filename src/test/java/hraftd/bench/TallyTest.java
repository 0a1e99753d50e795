package hraftd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the generators of load print, read. */
class TallyTest {

  private static String line(long requests, long bytes, long status, long timeouts) {
    return "Running 3s test @ http://127.0.0.1:1/\n  2 threads and 64 connections\n"
        + "BENCH requests="
        + requests
        + " micros=2000000 bytes="
        + bytes
        + " p50=1500 p90=2000 p99=12345 max=99000 status="
        + status
        + " connect=1 read=2 write=3 timeout="
        + timeouts
        + "\n";
  }

  @Test
  void wrkTellsTimesInMicroseconds() {
    Tally tally = Tally.ofWrk(line(1000, 200_000, 0, 0), 100);
    assertEquals(1000, tally.requests());
    assertEquals(Duration.ofSeconds(2), tally.time());
    assertEquals(Duration.ofNanos(1_500_000), tally.p50());
    assertEquals(Duration.ofMillis(2), tally.p90());
    assertEquals(Duration.ofNanos(12_345_000), tally.p99());
    assertEquals(Duration.ofMillis(99), tally.max());
  }

  @Test
  void everyKindOfErrorCounts() {
    assertEquals(1 + 2 + 3 + 40 + 500, Tally.ofWrk(line(1000, 200_000, 40, 500), 100).errors());
  }

  @Test
  void answersThatAreTooShortAreErrors() {
    assertEquals(1000, Tally.ofWrk(line(1000, 90_000, 0, 0), 100).errors());
    assertEquals(6, Tally.ofWrk(line(1000, 90_000, 0, 0), 0).errors());
  }

  @Test
  void aRateOfRefusalsIsNoFigure() {
    Tally few = Tally.ofWrk(line(1000, 200_000, 400, 0), 100);
    assertEquals(few, few.unlessMostlyErrors("write-64 on hraftd"));
    Tally most = Tally.ofWrk(line(1000, 200_000, 500, 0), 100);
    Failed failed = assertThrows(Failed.class, () -> most.unlessMostlyErrors("write-64 on hraftd"));
    assertEquals("write-64 on hraftd: 506 errors, 1000 answers in all", failed.getMessage());
    Tally none = Tally.ofWrk(line(0, 0, 0, 0), 100);
    assertThrows(Failed.class, () -> none.unlessMostlyErrors("write-64 on hraftd"));
  }

  @Test
  void wrkThatSaysNothingOrTooLittleIsNotTakenForZero() {
    assertThrows(
        IllegalArgumentException.class, () -> Tally.ofWrk("unable to connect to 127.0.0.1", 0));
    assertThrows(IllegalArgumentException.class, () -> Tally.ofWrk("BENCH requests=5\n", 0));
  }

  @Test
  void redisBenchmarkNamesItsColumns() {
    String output =
        "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\","
            + "\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n"
            + "\"SET w__rand_int__ 0\",\"5000.00\",\"0.100\",\"0.050\",\"0.110\",\"0.200\",\"0.300\",\"4.000\"\n";
    Tally tally = Tally.ofRedis(output, 10_000);
    assertEquals(Duration.ofSeconds(2), tally.time());
    assertEquals(Duration.ofNanos(110_000), tally.p50());
    assertEquals(Duration.ofNanos(300_000), tally.p99());
    assertEquals(Duration.ofMillis(4), tally.max());
    assertThrows(
        IllegalArgumentException.class, () -> Tally.ofRedis("Could not connect to Redis", 1));
  }
}
