package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of writes with idempotency keys, with as many as there really are. */
class RepeatsTest {

  private static final int NEWEST = OnceWindow.MAX_COMMANDS;

  /** Some in a page, and some that wait for one. */
  private static final int OLDER = RepeatPage.FULL + 1_000;

  private static final long THEN = 5_000;
  private static final long STILL = THEN + OlderRepeats.KEPT_MILLIS;

  private final KvState state = new KvState(ChangeListener.NONE);

  private static Command.Once once(String idempotencyKey, long fingerprint) {
    Command put =
        new Command.Put(List.of(new Command.Pair(Key.of("n"), new byte[] {1}, 0)), Guard.NONE);
    return new Command.Once(idempotencyKey, fingerprint, put);
  }

  private static Command.Once once(String idempotencyKey) {
    return once(idempotencyKey, 1);
  }

  /** The number i gives revision i + 1. */
  private static String key(int i) {
    return "k" + i + ";since=" + i;
  }

  private void write(int from, int to) {
    for (int i = from; i < to; i++) {
      assertEquals(new Outcome.Written(i + 1), state.apply(THEN, once(key(i))));
    }
  }

  private KvState byAge() {
    state.apply(THEN, new Command.RememberByAge());
    write(0, NEWEST + OLDER);
    return state;
  }

  private static byte[] bytes(KvState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    return out.toByteArray();
  }

  private static KvState copy(KvState state) throws IOException {
    KvState copy = new KvState(ChangeListener.NONE);
    copy.restore(new ByteArrayInputStream(bytes(state)));
    return copy;
  }

  @Test
  void all_of_ten_minutes_are_remembered_and_none_of_later_is_done_again() throws IOException {
    byAge();
    assertTrue(state.view().remembersByAge());
    KvState copied = copy(state);
    assertArrayEquals(bytes(state), bytes(copied));
    for (KvState each : List.of(state, copied)) {
      assertEquals(3, KvState.version(new ByteArrayInputStream(bytes(each))));
      long revision = each.view().revision();
      for (int i : List.of(0, 1, RepeatPage.FULL - 1, RepeatPage.FULL, OLDER - 1, OLDER)) {
        assertFalse(each.mayGrowBy(once(key(i))));
        assertEquals(new Outcome.Written(i + 1), each.apply(STILL, once(key(i))), key(i));
        assertInstanceOf(Outcome.Conflict.class, each.apply(STILL, once(key(i), 2)), key(i));
      }
      assertEquals(revision, each.view().revision());

      each.apply(STILL + 1, new Command.Tick());
      assertFalse(each.mayGrowBy(once(key(0))));
      for (int i : List.of(0, OLDER - 1)) {
        assertEquals(
            new Outcome.RepeatExpired(revision), each.apply(STILL + 1, once(key(i))), key(i));
      }
      assertEquals(revision, each.view().revision());
      assertEquals(
          new Outcome.Written(OLDER + 1), each.apply(STILL + 1, once(key(OLDER))), "of the last");
      assertEquals(
          new Outcome.Written(revision + 1),
          each.apply(STILL + 1, once("new;since=" + revision)),
          "certainly new");
      assertArrayEquals(bytes(each), bytes(copy(each)));
    }
  }

  @Test
  void who_says_nothing_of_when_it_began_is_believed_to_be_new_once_it_is_forgotten() {
    state.apply(THEN, new Command.RememberByAge());
    state.apply(THEN, once("plain"));
    write(1, NEWEST + 1);
    assertEquals(new Outcome.Written(1), state.apply(STILL, once("plain")));
    assertEquals(new Outcome.Written(NEWEST + 2), state.apply(STILL + 1, once("plain")));
  }

  @Test
  void a_revision_that_the_store_has_not_reached_is_of_another() {
    assertEquals(new Outcome.Written(1), state.apply(1, once("a;since=7")), "by number: no matter");
    state.apply(1, new Command.RememberByAge());
    assertEquals(new Outcome.Written(1), state.apply(1, once("a;since=7")));
    assertInstanceOf(Outcome.Conflict.class, state.apply(1, once("b;since=2")));
    assertEquals(new Outcome.Written(2), state.apply(1, once("b;since=1")));
  }

  @Test
  void what_was_forgotten_before_the_rule_is_never_done_again_either() {
    write(0, NEWEST + 1);
    state.apply(THEN, new Command.RememberByAge());
    long revision = state.view().revision();
    assertEquals(new Outcome.RepeatExpired(revision), state.apply(THEN, once(key(0))));
    assertEquals(new Outcome.Written(2), state.apply(THEN, once(key(1))));
    assertEquals(new Outcome.Written(revision + 1), state.apply(THEN, once("a;since=3")));
  }

  /** A node of 1.1 is given such a snapshot, and goes on by its own rule. */
  @Test
  void by_number_again_it_is_as_if_it_had_always_been_so() throws IOException {
    byAge();
    state.apply(THEN, new Command.RememberByNumber());
    assertFalse(state.view().remembersByAge());
    KvState other = new KvState(ChangeListener.NONE);
    for (int i = 0; i < NEWEST + OLDER; i++) {
      other.apply(THEN, once(key(i)));
    }
    assertArrayEquals(bytes(other), bytes(state));
    assertEquals(new Outcome.Written(NEWEST + OLDER + 1), state.apply(THEN, once(key(OLDER - 1))));
  }

  @Test
  void a_long_answer_is_forgotten_and_its_request_is_not_done_again() {
    state.apply(THEN, new Command.RememberByAge());
    state.apply(
        THEN,
        new Command.Put(
            List.of(new Command.Pair(Key.of("n"), new byte[RepeatPage.MAX_ANSWER_BYTES], 0)),
            Guard.NONE));
    Command read =
        new Command.Txn(List.of(), List.of(new Command.Operation.GetKey(Key.of("n"))), List.of());
    Command.Once reading = new Command.Once("read", 1, read);
    Outcome first = state.apply(THEN, reading);
    assertInstanceOf(Outcome.TxnDone.class, first);
    write(1, NEWEST);
    assertInstanceOf(Outcome.TxnDone.class, state.apply(THEN, reading), "one of the last");
    state.apply(THEN, once("one more"));
    long revision = state.view().revision();
    assertEquals(new Outcome.RepeatExpired(revision), state.apply(THEN, reading));
    assertInstanceOf(Outcome.Conflict.class, state.apply(THEN, new Command.Once("read", 2, read)));
  }
}
