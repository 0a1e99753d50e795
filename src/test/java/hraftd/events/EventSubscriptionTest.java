package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One reader, quick, slow or gone. */
class EventSubscriptionTest {

  private static final long SECOND = 1_000_000_000L;

  private final EventLog log = new EventLog(64 << 20, 1 << 20);
  private final List<byte[]> batches = new ArrayList<>();
  private @Nullable Consumer<@Nullable Throwable> done;
  private boolean cut;
  private boolean ended;
  private final EventSubscription stream =
      new EventSubscription(
          log,
          () -> "{\"event\":\"run\"}".getBytes(StandardCharsets.UTF_8),
          new EventSubscription.Sink() {
            @Override
            public void write(byte[] batch, Consumer<@Nullable Throwable> callback) {
              batches.add(batch);
              done = callback;
            }

            @Override
            public void end() {
              ended = true;
            }

            @Override
            public void cut() {
              cut = true;
            }
          },
          /* nanoTime= */ 0);

  private void told(String name, int bytes) {
    log.told(new Event(name, "a", 1, 1, "x".repeat(bytes).getBytes(StandardCharsets.UTF_8)));
  }

  private boolean turn(long nanoTime) {
    return stream.turn(nanoTime, /* micros= */ 1);
  }

  private void taken(@Nullable Throwable failure) {
    if (done != null) {
      done.accept(failure);
    }
  }

  private String last() {
    return new String(batches.get(batches.size() - 1), StandardCharsets.UTF_8);
  }

  @Test
  void a_quick_reader_gets_everything_as_it_comes() {
    assertTrue(turn(1));
    assertEquals("event: run\ndata: {\"event\":\"run\"}\n\n", last());
    taken(null);
    told(Event.MESSAGE, 3);
    assertTrue(turn(2));
    assertEquals("event: msg\ndata: xxx\n\n", last());
  }

  @Test
  void a_slow_reader_holds_one_batch_and_is_told_what_it_missed() {
    turn(1);
    taken(null);
    told(Event.MESSAGE, 10);
    turn(2); // a batch that it does not take
    for (int i = 0; i < 2 * EventSubscription.MAX_BEHIND; i++) {
      told(Event.MESSAGE, 10);
      turn(3);
    }
    told(Event.MOMENT, 7);
    assertEquals(2, batches.size(), "nothing is made for who takes nothing");
    taken(null);
    turn(4);
    assertEquals(
        "event: lost\ndata: {\"event\":\"lost\",\"at\":0.001,\"count\":"
            + 2 * EventSubscription.MAX_BEHIND
            + "}\n\nevent: moment\ndata: xxxxxxx\n\n",
        last());
  }

  @Test
  void a_batch_is_bounded_however_long_the_past_is() {
    for (int i = 0; i < 900; i++) {
      told(Event.MOMENT, 1000);
    }
    int turns = 0;
    while (turn(1) && batches.size() > turns) {
      assertTrue(batches.get(turns).length <= EventSubscription.BATCH_BYTES + 1100);
      turns++;
      taken(null);
    }
    assertEquals(4, turns);
  }

  @Test
  void a_quiet_one_gets_a_sign_of_life_and_one_that_takes_nothing_is_cut() {
    turn(1);
    taken(null);
    turn(9 * SECOND);
    assertEquals(1, batches.size());
    turn(11 * SECOND);
    assertEquals(": alive\n\n", last());
    assertTrue(turn(40 * SECOND));
    assertFalse(cut);
    assertFalse(turn(42 * SECOND));
    assertTrue(cut);
  }

  @Test
  void one_that_has_left_is_over() {
    turn(1);
    taken(new IOException("left"));
    assertFalse(turn(2));
    assertTrue(cut);
    assertFalse(ended);
  }
}
