package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Commands;
import hraftd.kv.CopyComparison;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Shown;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.kv.codec.CommandCodec;
import hraftd.testing.Property;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  @Test
  void replayFromASnapshotAtAnyPointGivesTheSameBytes() {
    Property.holds(100, draw -> assertReplays(Commands.sequence(draw, 25)));
  }

  /** Hraftd 1.0 reads no other version, and refuses what it does not know. */
  @Test
  void version10GetsAllButTheComparison() {
    Property.holds(
        100,
        draw -> {
          KvState state = new KvState(ChangeListener.NONE);
          KvState without = new KvState(ChangeListener.NONE);
          long clock = 0;
          for (Commands.Timed timed : Commands.sequence(draw, 25)) {
            clock += timed.later();
            if (!CommandCodec.isOfVersion11(CommandCodec.encode(timed.command()))) {
              continue; // Not logged beside such a node, or it waits for a snapshot behind it.
            }
            state.apply(clock, timed.command());
            byte[] sent = CommandCodec.forVersion10(CommandCodec.encode(timed.command()));
            without.apply(clock, sent == null ? timed.command() : CommandCodec.decode(sent));
          }
          byte[] older = older(state);
          assertEquals(1, KvState.version(new ByteArrayInputStream(older)));
          assertArrayEquals(older(without), older);
          if (without.view().comparison() == null) {
            assertArrayEquals(bytes(without), older);
          }
          boolean compared = state.view().comparison() != null;
          assertEquals(compared ? 2 : 1, KvState.version(new ByteArrayInputStream(bytes(state))));
        });
  }

  private static byte[] older(KvState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeForVersion10(out);
    return out.toByteArray();
  }

  private static void assertReplays(List<Commands.Timed> sequence) throws IOException {
    KvState whole = new KvState(ChangeListener.NONE);
    List<KvState> restored = new ArrayList<>();
    long clock = 0;
    for (Commands.Timed timed : sequence) {
      restored.add(copy(whole));
      clock += timed.later();
      String outcome = Shown.of(whole.apply(clock, timed.command()));
      byte[] expected = bytes(whole);
      byte[] entry = CommandCodec.encode(timed.command());
      for (KvState other : restored) {
        assertEquals(outcome, Shown.of(other.apply(clock, CommandCodec.decode(entry))));
        assertArrayEquals(expected, bytes(other));
      }
    }
    assertArrayEquals(bytes(whole), bytes(copy(whole)));
  }

  @Test
  void keepsManyItemsOfAllSizesInManyBlocks() throws IOException {
    KvState state = new KvState(ChangeListener.NONE);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] value = new byte[i % 5_000 == 0 ? Item.MAX_VALUE_BYTES : random.nextInt(50)];
      random.nextBytes(value);
      put(state, i, "key" + random.nextInt(), value, random.nextInt(3) * 1_000L);
    }
    state.apply(30_000, new Command.RestoreBegin(5));
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      pairs.add(new Pair(Key.of("new" + i), new byte[] {1}, i));
    }
    state.apply(30_000, new Command.RestorePart(5, 0, pairs));

    KvState restored = copy(state);
    assertArrayEquals(bytes(state), bytes(restored));
    for (KvState each : List.of(state, restored)) {
      assertEquals(
          new Outcome.Restored(20_001, 10_000),
          each.apply(30_001, new Command.RestoreCommit(5, 10_000, 0)));
      assertEquals(new Outcome.Deleted(20_002, 100), each.apply(30_100, new Command.Expire(500)));
      assertEquals(20_001, each.view().list(Key.of(""), null, 1).get(0).version());
    }
    assertArrayEquals(bytes(state), bytes(restored));
  }

  @Test
  void goesOnFromBeforeWhileOneIsWritten() throws IOException {
    KvState state = new KvState(ChangeListener.NONE);
    put(state, 1, "a", new byte[] {1}, 0);
    byte[] before = bytes(state);
    KvState.Frozen frozen = state.freeze();
    put(state, 2, "a", new byte[] {2}, 0);
    state.apply(3, new Command.DeletePrefix(Key.of("")));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frozen.writeTo(out);
    assertArrayEquals(before, out.toByteArray());
  }

  @Test
  void damageIsFoundAndChangesNothing() throws IOException {
    assertDamageIsFound(someState());
  }

  @Test
  void damageIsFoundAlsoInWhatVersionOneDoesNotHold() throws IOException {
    KvState compared = someState();
    compared.apply(5, new Command.Compare(7));
    CopyComparison.At at = new CopyComparison.At(2, compared.view().hash());
    compared.apply(5, new Command.Report(7, new CopyComparison.Reported(9, at)));
    assertDamageIsFound(compared);
  }

  @Test
  void damageIsFoundAlsoInTokens() throws IOException {
    KvState state = someState();
    Rule rule = new Rule(Key.of("ci/"), Right.WRITE);
    byte[] hash = new byte[TokenHash.BYTES];
    for (String name : List.of("a", "b")) {
      Token.Limits limits = new Token.Limits(3, 4);
      Token token = new Token(name, new TokenHash(hash), List.of(rule), 1, 2, limits);
      state.apply(5, new Command.PutToken(token, 0));
    }
    assertEquals(3, KvState.version(new ByteArrayInputStream(bytes(state))));
    assertFalse(copy(state).view().remembersByAge(), "it is not of that version for its sake");
    assertArrayEquals(bytes(state), older(state), "no older version may have it without them");
    assertDamageIsFound(state);
  }

  private static void assertDamageIsFound(KvState some) throws IOException {
    byte[] good = bytes(some);
    List<Long> resets = new ArrayList<>();
    KvState state =
        new KvState(
            new ChangeListener() {
              @Override
              public void changed(long revision, List<Change> changes) {}

              @Override
              public void reset(long revision) {
                resets.add(revision);
              }
            });
    put(state, 1, "mine", new byte[] {1}, 0);
    byte[] mine = bytes(state);
    for (int length = 0; length < good.length; length++) {
      assertDamaged(state, Arrays.copyOf(good, length));
    }
    assertDamaged(state, Arrays.copyOf(good, good.length + 1));
    for (int at = 0; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = good.clone();
        flipped[at] ^= (byte) (1 << bit);
        assertDamaged(state, flipped);
      }
    }
    assertArrayEquals(mine, bytes(state));
    assertTrue(resets.isEmpty());

    state.restore(new ByteArrayInputStream(good));
    assertArrayEquals(good, bytes(state));
    assertEquals(List.of(state.view().revision()), resets);
  }

  private static KvState someState() {
    KvState state = new KvState(ChangeListener.NONE);
    put(state, 1, "a", new byte[] {1}, 0);
    put(state, 2, "b", new byte[] {2}, 10);
    Command get =
        new Command.Txn(List.of(), List.of(new Command.Operation.GetKey(Key.of("a"))), List.of());
    state.apply(3, new Command.Once("one", 1, get));
    state.apply(3, new Command.Once("two", 2, new Command.Delete(Key.of("x"), Guard.NONE)));
    state.apply(4, new Command.RestoreBegin(77));
    state.apply(4, new Command.RestorePart(77, 0, List.of(new Pair(Key.of("c"), new byte[0], 5))));
    return state;
  }

  private static void assertDamaged(KvState state, byte[] bytes) {
    assertThrows(IOException.class, () -> state.restore(new ByteArrayInputStream(bytes)));
  }

  private static void put(KvState state, long clock, String key, byte[] value, long ttl) {
    state.apply(clock, new Command.Put(List.of(new Pair(Key.of(key), value, ttl)), Guard.NONE));
  }

  private static KvState copy(KvState state) throws IOException {
    KvState copy = new KvState(ChangeListener.NONE);
    copy.restore(new ByteArrayInputStream(bytes(state)));
    return copy;
  }

  private static byte[] bytes(KvState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    return out.toByteArray();
  }
}
