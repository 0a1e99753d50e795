package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.events.RecentTimes;
import hraftd.events.TimelineMoment;
import hraftd.events.Traffic;
import hraftd.events.Vitals;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.state.KvState;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rates are of the time between two pictures. */
class NodeVitalsTest {

  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;

  private long now = -7;
  private long errors;
  private final KvState state = new KvState(ChangeListener.NONE);
  private final RecentTimes fsyncs = new RecentTimes();
  private final Traffic traffic = new Traffic();

  private NodeVitals vitals() {
    return new NodeVitals(
        "1.2", directory, state, fsyncs, traffic, () -> 3, () -> errors, () -> now);
  }

  @Test
  void rates_are_per_second_since_the_last_picture() {
    NodeVitals vitals = vitals();
    assertNull(vitals.rates(10));
    for (int i = 0; i < 20; i++) {
      traffic.wrote(4_000_000);
      traffic.read();
    }
    traffic.readStale();
    traffic.readStale();
    fsyncs.add(1);
    fsyncs.add(1);
    errors = 1;
    now += 2 * SECOND;
    assertEquals(new Vitals.Rates(10, 10, 1, 3, 1, 5, 4, 4, 0.5), vitals.rates(20));
    now += SECOND;
    Vitals.Rates quiet = vitals.rates(20);
    assertNotNull(quiet);
    assertEquals(0, quiet.writes());
    assertTrue(Double.isNaN(quiet.p50()), "nothing was written");
    assertTrue(Double.isNaN(quiet.entriesPerFsync()), "nothing was synced");
  }

  @Test
  void errors_are_one_moment_a_second() {
    NodeVitals vitals = vitals();
    errors = 2;
    assertEquals(List.of(), vitals.moments());
    now += SECOND;
    List<TimelineMoment> moments = vitals.moments();
    assertEquals("errors", moments.get(0).kind());
    assertEquals(OptionalLong.of(2), moments.get(0).count());
    errors = 5;
    assertEquals(List.of(), vitals.moments());
    now += SECOND;
    assertEquals(OptionalLong.of(3), vitals.moments().get(0).count());
    now += SECOND;
    assertEquals(List.of(), vitals.moments());
  }

  @Test
  void health_has_what_the_disk_said_when_it_was_asked() {
    NodeVitals vitals = vitals();
    assertEquals(-1, vitals.health().diskFree());
    vitals.refresh();
    assertTrue(vitals.health().diskFree() > 0);
    assertTrue(vitals.health().heapUsed() > 0);
    assertTrue(Double.isNaN(vitals.health().fsyncP50()));
    fsyncs.add(2_000_000);
    assertEquals(2, vitals.health().fsyncP99());
  }

  @Test
  void a_hash_is_that_of_the_newest_comparison() {
    NodeVitals vitals = vitals();
    assertNull(vitals.hash());
    state.apply(1, new Command.Compare(0xabc));
    Vitals.CopyHash hash = vitals.hash();
    assertNotNull(hash);
    assertEquals("0000000000000abc", hash.comparison());
    assertEquals(32, hash.hash().length());
  }
}
