package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.state.KvState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys end when the leader's clock says so, and the clock gets into the log. */
class ExpirySweeperTest {

  private final KvState state = new KvState(ChangeListener.NONE);
  private final FakeGroup group = new FakeGroup(state);
  private final LocalNode local =
      new LocalNode(
          new InMemoryIdentity(),
          new Endpoints(
              "1", TestNetwork.http(1), TestNetwork.raft(1), Endpoints.Advertised.AS_BOUND),
          group);
  private long nanoTime = 1;
  private final ExpirySweeper sweeper = new ExpirySweeper(local, state::view, () -> nanoTime);

  @BeforeEach
  void lead() throws IOException {
    local.bootstrap();
  }

  private void put(int keys, long ttlMillis) {
    List<Command.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      pairs.add(new Command.Pair(Key.of("k" + i), new byte[0], ttlMillis));
    }
    state.apply(0, new Command.Put(pairs, Guard.NONE));
  }

  @Test
  void nothing_is_proposed_before_a_key_is_due() {
    put(1, 50);
    group.setClockMillis(49);
    sweeper.run();
    assertEquals(List.of(), group.proposed());
    group.setClockMillis(50);
    sweeper.run();
    assertEquals(1, group.proposed().size());
    assertEquals(0, state.view().size());
  }

  @Test
  void many_keys_end_in_several_entries_of_one_run() {
    put(2500, 50);
    group.setClockMillis(100);
    sweeper.run();
    assertEquals(3, group.proposed().size());
    assertEquals(0, state.view().size());
  }

  @Test
  void the_clock_gets_into_the_log_while_keys_end_soon_and_nothing_else_is_written() {
    put(1, Duration.ofMinutes(1).toMillis());
    sweeper.run();
    nanoTime += Duration.ofMillis(999).toNanos();
    sweeper.run();
    assertEquals(List.of(), group.proposed());
    nanoTime += Duration.ofMillis(1).toNanos();
    sweeper.run();
    assertEquals(List.of(new Command.Tick()), group.proposed());
    sweeper.run();
    assertEquals(1, group.proposed().size());
  }

  @Test
  void while_nothing_is_due_within_a_minute_nothing_is_written() {
    put(1, Duration.ofHours(2).toMillis());
    sweeper.run();
    nanoTime += Duration.ofMinutes(59).toNanos();
    sweeper.run();
    assertEquals(List.of(), group.proposed());
    group.setClockMillis(Duration.ofHours(2).toMillis() - Duration.ofMinutes(1).toMillis() - 1);
    sweeper.run();
    assertEquals(List.of(), group.proposed());
    group.setClockMillis(Duration.ofHours(2).toMillis() - Duration.ofMinutes(1).toMillis());
    sweeper.run();
    assertEquals(List.of(new Command.Tick()), group.proposed());
  }

  @Test
  void a_key_that_is_due_in_a_year_costs_an_entry_an_hour() {
    put(1, Duration.ofDays(365).toMillis());
    sweeper.run();
    for (int hour = 1; hour <= 3; hour++) {
      nanoTime += Duration.ofHours(1).toNanos() - 1;
      sweeper.run();
      assertEquals(hour - 1, group.proposed().size());
      nanoTime += 1;
      sweeper.run();
      assertEquals(hour, group.proposed().size());
      sweeper.run();
    }
  }

  @Test
  void without_keys_that_end_there_is_nothing_to_do() {
    put(1, 0);
    nanoTime += Duration.ofHours(1).toNanos();
    sweeper.run();
    assertEquals(List.of(), group.proposed());
  }

  @Test
  void only_the_leader_proposes() {
    put(1, 50);
    group.setClockMillis(100);
    local.close();
    sweeper.run();
    assertEquals(List.of(), group.proposed());
  }
}
