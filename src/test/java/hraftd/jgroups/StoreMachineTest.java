package hraftd.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The store behind the library: its clock, its snapshots, and what it does when it breaks. */
class StoreMachineTest {

  private static final class Heard implements StoreMachine.Listener {
    final List<Outcome> outcomes = new ArrayList<>();
    int replaced;
    @Nullable Throwable cause;

    @Override
    public void applied(Envelope entry, Outcome outcome) {
      outcomes.add(outcome);
    }

    @Override
    public void replaced() {
      replaced++;
    }

    @Override
    public void failed(Throwable failure) {
      cause = failure;
    }
  }

  private final KvState state = new KvState(ChangeListener.NONE);
  private final Heard heard = new Heard();
  private final ProposerClock clock = new ProposerClock(() -> 0);
  private final StoreMachine machine = new StoreMachine(state, clock, heard);

  private static Command put(String key, long ttlMillis, Guard guard) {
    return new Command.Put(
        List.of(new Command.Pair(Key.of(key), new byte[] {1}, ttlMillis)), guard);
  }

  private void apply(long term, long millis, Command command) {
    byte[] entry = new Envelope(1, 1, term, millis, CommandCodec.encode(command)).encode();
    machine.apply(entry, 0, entry.length, /* serializeResponse= */ false);
  }

  @Test
  void refusals_are_outcomes() {
    apply(1, 0, put("a", 0, Guard.NONE));
    apply(1, 0, put("a", 0, new Guard.Absent()));
    assertEquals(
        List.of(new Outcome.Written(1), new Outcome.PreconditionFailed(1, 1)), heard.outcomes);
    assertNull(heard.cause);
  }

  @Test
  void the_states_clock_never_goes_back() {
    apply(1, 5000, put("a", 0, Guard.NONE));
    apply(0, 3000, put("b", 100, Guard.NONE));
    assertEquals(5000, state.view().clockMillis());
    Item item = state.view().get(Key.of("b"));
    assertNotNull(item);
    assertEquals(5100, item.expiresAt());
    assertEquals(5000, clock.now());
  }

  @Test
  void a_snapshot_brings_the_state_and_its_clock() throws Exception {
    apply(1, 7000, put("a", 0, Guard.NONE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    machine.writeContentTo(new DataOutputStream(bytes));

    KvState other = new KvState(ChangeListener.NONE);
    ProposerClock otherClock = new ProposerClock(() -> 0);
    StoreMachine receiver = new StoreMachine(other, otherClock, heard);
    receiver.readContentFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertEquals(1, other.view().revision());
    assertNotNull(other.view().get(Key.of("a")));
    assertEquals(7000, otherClock.now());
    assertEquals(1, heard.replaced);
  }

  @Test
  void after_something_unexpected_nothing_is_applied_any_more() {
    byte[] nonsense = {9, 9, 9};
    assertThrows(IllegalStateException.class, () -> machine.apply(nonsense, 0, 3, false));
    assertInstanceOf(IllegalArgumentException.class, heard.cause);
    assertThrows(IllegalStateException.class, () -> apply(1, 0, put("a", 0, Guard.NONE)));
    assertEquals(0, state.view().revision());
  }

  @Test
  void a_damaged_snapshot_is_not_taken() {
    DataInputStream cut = new DataInputStream(new ByteArrayInputStream(new byte[] {0, 0, 0, 9}));
    assertThrows(IllegalStateException.class, () -> machine.readContentFrom(cut));
    assertNotNull(heard.cause);
  }
}
