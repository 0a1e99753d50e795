package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class KvStateTest {

  private final List<Change> changes = new ArrayList<>();
  private final KvState state =
      new KvState(
          new ChangeListener() {
            @Override
            public void changed(long revision, List<Change> all) {
              changes.clear();
              changes.addAll(all);
            }

            @Override
            public void reset(long revision) {
              changes.clear();
            }
          });

  @Test
  void aKeyIsThereUntilTheLogExpiresIt() {
    put("short", 10);
    put("long", 1_000);
    put("ever", 0);
    assertEquals(11, state.view().nextExpiry());
    assertEquals(new Outcome.Deleted(3, 0), state.apply(10, new Command.Expire(100)));
    state.apply(500, new Command.Tick());
    assertNotNull(state.view().get(Key.of("short")));
    assertEquals(500, state.view().clockMillis());

    assertEquals(new Outcome.Deleted(4, 1), state.apply(500, new Command.Expire(100)));
    assertNull(state.view().get(Key.of("short")));
    assertEquals(List.of(new Change(Key.of("short"), null, true)), changes);
    assertEquals(1_001, state.view().nextExpiry());
  }

  @Test
  void aWriteWithoutTimeToLiveIsPermanent() {
    put("key", 10);
    put("key", 0);
    assertEquals(Long.MAX_VALUE, state.view().nextExpiry());
    assertEquals(new Outcome.Deleted(2, 0), state.apply(100, new Command.Expire(100)));
  }

  @Test
  void theRepeatOfARememberedWriteDoesNotGrowTheStore() {
    Command write = once("first", put(Key.of("a")));
    assertTrue(state.mayGrowBy(write));
    state.apply(1, write);
    assertFalse(state.mayGrowBy(write));
    assertTrue(state.mayGrowBy(once("second", put(Key.of("a")))));
    assertFalse(state.mayGrowBy(new Command.Tick()));
  }

  @Test
  void aDeletedPrefixIsOneRevisionAndAllItsChanges() {
    for (int i = 0; i < 1_000; i++) {
      put("dir/" + i, 0);
    }
    put("other", 0);
    assertEquals(
        new Outcome.Deleted(1_002, 1_000),
        state.apply(2, new Command.DeletePrefix(Key.of("dir/"))));
    assertEquals(1_000, changes.size());
    assertEquals(1, state.view().size());
    assertEquals(
        new Outcome.Deleted(1_002, 0), state.apply(2, new Command.DeletePrefix(Key.of("dir/"))));
  }

  @Test
  void onceForgetsTheOldestAfterAHundredThousand() {
    for (int i = 0; i <= OnceWindow.MAX_COMMANDS; i++) {
      assertEquals(new Outcome.Written(i + 1), state.apply(1, once("k" + i, put(Key.of("n")))));
    }
    long revision = state.view().revision();
    assertEquals(new Outcome.Written(2), state.apply(1, once("k1", put(Key.of("n")))));
    assertEquals(revision, state.view().revision());
    assertEquals(new Outcome.Written(revision + 1), state.apply(1, once("k0", put(Key.of("n")))));
  }

  @Test
  void onceForgetsTheOldestWhenOutcomesAreLarge() throws IOException {
    Command get = getLarge(1);
    int fit = (int) (OnceWindow.MAX_BYTES / Item.MAX_VALUE_BYTES) - 1;
    for (int i = 0; i <= fit; i++) {
      state.apply(1, once("k" + i, get));
    }
    put("large", 0);
    assertEquals(2, got(state.apply(1, once("k0", get))).version(), "read anew");
    assertEquals(1, got(state.apply(1, once("k2", get))).version(), "kept");
    KvState restored = new KvState(ChangeListener.NONE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    restored.restore(new ByteArrayInputStream(out.toByteArray()));
    assertEquals(1, got(restored.apply(1, once("k2", get))).version(), "kept");
  }

  @Test
  void aPrefixThatMostKeysHaveGoesAndTheOthersStay() throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (String prefix : List.of("a", "b/", "c")) {
      for (int i = 0; i < (prefix.equals("b/") ? 5000 : 700); i++) {
        pairs.add(new Pair(Key.of(prefix + i), new byte[] {1}, i % 3 == 0 ? 10 + i : 0));
      }
    }
    KvState oneByOne = new KvState(ChangeListener.NONE);
    for (KvState each : List.of(state, oneByOne)) {
      each.apply(1, new Command.Put(pairs, Guard.NONE));
    }
    KvView before = state.view();
    assertEquals(
        new Outcome.Deleted(2, 5000), state.apply(2, new Command.DeletePrefix(Key.of("b/"))));
    List<Command.Operation> deletes = new ArrayList<>();
    for (Item item : oneByOne.view().list(Key.of("b/"), null, Integer.MAX_VALUE)) {
      deletes.add(new Operation.DeleteKey(item.key()));
    }
    oneByOne.apply(2, new Command.Txn(List.of(), deletes, List.of()));
    assertArrayEquals(bytes(oneByOne), bytes(state));
    assertEquals(6400, before.list(Key.of(""), null, Integer.MAX_VALUE).size());
    for (KvState each : List.of(state, oneByOne)) {
      assertEquals(new Outcome.Deleted(3, 400), each.apply(2000, new Command.Expire(400)));
      each.apply(2000, new Command.Put(pairs, Guard.NONE));
    }
    assertArrayEquals(bytes(oneByOne), bytes(state));
    assertEquals(
        new Outcome.Deleted(5, 6400), state.apply(2000, new Command.DeletePrefix(Key.of(""))));
    assertEquals(Long.MAX_VALUE, state.view().nextExpiry());
  }

  private static byte[] bytes(KvState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    return out.toByteArray();
  }

  @Test
  void aTransactionThatWouldReadTooMuchDoesNothing() {
    Command.Txn get = getLarge(4);
    List<Operation> then = new ArrayList<>(get.then());
    then.add(new Operation.DeleteKey(Key.of("large")));
    Command read = new Command.Txn(get.conditions(), then, get.otherwise());
    Outcome.TooLarge refusal =
        assertInstanceOf(Outcome.TooLarge.class, state.apply(1, once("k", read)));
    assertEquals(1, refusal.revision());
    assertTrue(refusal.bytes() > refusal.limit(), refusal::toString);
    assertEquals(1, state.view().size());
    assertEquals(refusal, state.apply(1, once("k", read)));
    assertInstanceOf(Outcome.TxnDone.class, state.apply(1, getLarge(3)));
  }

  @Test
  void aRestoreReplacesAllInOneRevision() {
    put("old", 10);
    state.apply(5, new Command.RestoreBegin(1));
    List<Pair> pairs = List.of(new Pair(Key.of("new"), new byte[] {7}, 3));
    assertEquals(new Outcome.Staged(1, 1), state.apply(5, new Command.RestorePart(1, 0, pairs)));
    assertEquals(
        new Outcome.Staged(1, 1),
        state.apply(6, new Command.RestorePart(1, 0, pairs)),
        "a part that comes twice is taken once");
    assertNotNull(state.view().get(Key.of("old")));
    assertInstanceOf(Outcome.Conflict.class, state.apply(7, new Command.RestoreCommit(1, 2, 0)));
    assertEquals(new Outcome.Restored(2, 1), state.apply(7, new Command.RestoreCommit(1, 1, 0)));

    assertNull(state.view().get(Key.of("old")));
    Item item = Objects.requireNonNull(state.view().get(Key.of("new")));
    assertEquals(2, item.version());
    assertEquals(8, item.expiresAt());
    assertEquals(
        new Outcome.Written(3),
        state.apply(
            7,
            new Command.Put(
                List.of(new Pair(Key.of("new"), new byte[0], 0)), new Guard.VersionIs(2))));
    assertInstanceOf(Outcome.Conflict.class, state.apply(7, new Command.RestoreCommit(1, 1, 0)));
  }

  /** An ETag from before, of the store that the copy was taken of, must match nothing new. */
  @Test
  void aRestoreGoesOnAboveTheRevisionOfItsCopy() {
    state.apply(5, new Command.RestoreBegin(1));
    assertEquals(new Outcome.Restored(41, 0), state.apply(5, new Command.RestoreCommit(1, 0, 40)));
    state.apply(5, new Command.RestoreBegin(2));
    assertEquals(new Outcome.Restored(42, 0), state.apply(5, new Command.RestoreCommit(2, 0, 7)));
  }

  @Test
  void anAbandonedRestoreIsDropped() {
    state.apply(5, new Command.RestoreBegin(1));
    state.apply(5 + Staging.IDLE_MILLIS, new Command.Tick());
    assertEquals(
        new Outcome.Staged(0, 0),
        state.apply(5 + Staging.IDLE_MILLIS, new Command.RestorePart(1, 0, List.of())));
    state.apply(6 + Staging.IDLE_MILLIS, new Command.Tick());
    assertInstanceOf(
        Outcome.Conflict.class,
        state.apply(6 + Staging.IDLE_MILLIS, new Command.RestorePart(1, 0, List.of())));
  }

  @Test
  void theClockNeverGoesBack() {
    state.apply(100, new Command.Tick());
    state.apply(50, new Command.Put(List.of(new Pair(Key.of("k"), new byte[0], 10)), Guard.NONE));
    assertEquals(100, state.view().clockMillis());
    assertEquals(110, state.view().nextExpiry());
    state.apply(50, new Command.RestoreBegin(1));
    assertEquals(new Outcome.Restored(2, 0), state.apply(50, new Command.RestoreCommit(1, 0, 0)));
    assertEquals(100, state.view().clockMillis());
  }

  @Test
  void readersSeeWholeCommandsWhileOthersAreApplied() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> seen = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        seen.add(readers.submit(() -> readPairs(done)));
      }
      for (int i = 0; i < 20_000; i++) {
        int number = i % 500;
        state.apply(
            i,
            new Command.Put(
                List.of(
                    new Pair(Key.of("a" + number), new byte[0], 0),
                    new Pair(Key.of("b" + number), new byte[0], 0)),
                Guard.NONE));
        if (i % 3 == 0) {
          Operation first = new Operation.DeleteKey(Key.of("a" + number));
          Operation second = new Operation.DeleteKey(Key.of("b" + number));
          state.apply(i, new Command.Txn(List.of(), List.of(first, second), List.of()));
        }
      }
      done.set(true);
      for (Future<Long> each : seen) {
        assertTrue(each.get(30, TimeUnit.SECONDS) > 0);
      }
    } finally {
      done.set(true);
      readers.shutdownNow();
    }
  }

  /** Reads until told to stop; the two keys of a number must always be there or not together. */
  private long readPairs(AtomicBoolean done) {
    long revision = 0;
    for (int i = 0; !done.get() || revision == 0; i++) {
      KvView view = state.view();
      assertTrue(view.revision() >= revision, "views go forward");
      revision = view.revision();
      Item first = view.get(Key.of("a" + i % 500));
      Item second = view.get(Key.of("b" + i % 500));
      assertEquals(first == null ? 0 : first.version(), second == null ? 0 : second.version());
      if (i % 100 == 0) {
        assertEquals(view.size(), view.list(Key.of(""), null, Integer.MAX_VALUE).size());
      }
    }
    return revision;
  }

  /** Puts a value of the largest size and gives a transaction that reads it so many times. */
  private Command.Txn getLarge(int times) {
    Pair large = new Pair(Key.of("large"), new byte[Item.MAX_VALUE_BYTES], 0);
    state.apply(1, new Command.Put(List.of(large), Guard.NONE));
    List<Operation> gets = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      gets.add(new Operation.GetKey(Key.of("large")));
    }
    return new Command.Txn(List.of(), gets, List.of());
  }

  private static Item got(Outcome outcome) {
    Outcome.Result first = ((Outcome.TxnDone) outcome).results().get(0);
    return Objects.requireNonNull(((Outcome.Result.Got) first).item());
  }

  private void put(String key, long ttl) {
    state.apply(
        1, new Command.Put(List.of(new Pair(Key.of(key), new byte[] {1}, ttl)), Guard.NONE));
  }

  private static Command put(Key key) {
    return new Command.Put(List.of(new Pair(key, new byte[] {1}, 0)), Guard.NONE);
  }

  private static Command once(String idempotencyKey, Command command) {
    return new Command.Once(idempotencyKey, 1, command);
  }
}
