package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.testing.Draw;
import hraftd.testing.Property;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What is said of safe retries, against all that was ever written: among the last 100,000 and for
 * ten minutes a repeat is answered as the first was; later it may be, and if it says since when it
 * is tried it is never done again.
 */
class RepeatsModelTest {

  private static final int RUNS = 1;
  private static final int STEPS = 60;

  /** Enough that some leave the newest in most runs, and the older ones in some. */
  private static final int MOST_AT_ONCE = 20_000;

  /** A write that was done. */
  private record Done(Outcome outcome, int number, long clock) {}

  private KvState state = new KvState(ChangeListener.NONE);
  private final Map<String, Done> done = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private int writes;
  private long clock = 1;

  @Test
  void a_repeat_gets_what_was_promised() {
    Property.holds(RUNS, draw -> new RepeatsModelTest().run(draw));
  }

  private void run(Draw draw) throws IOException {
    state.apply(clock, new Command.RememberByAge());
    for (int step = 0; step < STEPS; step++) {
      int kind = draw.anInt(0, 9);
      if (kind < 3) {
        for (int i = draw.anInt(1, MOST_AT_ONCE); i > 0; i--) {
          writeNew(i % 2 == 0);
        }
      } else if (kind < 8) {
        for (int i = 0; i < 20 && !names.isEmpty(); i++) {
          repeat(names.get(draw.anInt(0, names.size() - 1)));
        }
      } else if (kind == 8) {
        clock += draw.anInt(0, 240_000);
      } else {
        state = copy();
      }
    }
  }

  private KvState copy() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    KvState copy = new KvState(ChangeListener.NONE);
    copy.restore(new ByteArrayInputStream(out.toByteArray()));
    return copy;
  }

  private Outcome apply(String name) {
    Command.Pair pair = new Command.Pair(Key.of("k"), new byte[] {1}, 0);
    return state.apply(
        clock, new Command.Once(name, 7, new Command.Put(List.of(pair), Guard.NONE)));
  }

  private void writeNew(boolean sayingSince) {
    long revision = state.view().revision();
    String name = "w" + names.size() + (sayingSince ? ";since=" + revision : "");
    Outcome outcome = apply(name);
    assertEquals(new Outcome.Written(revision + 1), outcome, name);
    names.add(name);
    done.put(name, new Done(outcome, writes++, clock));
  }

  private void repeat(String name) {
    Done first = Objects.requireNonNull(done.get(name));
    long revision = state.view().revision();
    Outcome outcome = apply(name);
    boolean promised =
        writes - first.number <= OnceWindow.MAX_COMMANDS
            || clock - first.clock <= OlderRepeats.KEPT_MILLIS;
    if (promised || outcome.equals(first.outcome)) {
      assertEquals(first.outcome, outcome, name);
      assertEquals(revision, state.view().revision(), name);
    } else if (name.contains(Command.Once.SINCE)) {
      assertEquals(new Outcome.RepeatExpired(revision), outcome, name);
      assertEquals(revision, state.view().revision(), name);
    } else {
      assertEquals(new Outcome.Written(revision + 1), outcome, name);
      done.put(name, new Done(outcome, writes++, clock));
    }
  }
}
