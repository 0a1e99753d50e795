package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.CopyComparison;
import hraftd.kv.CopyComparison.At;
import hraftd.kv.CopyComparison.Reported;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.StateHash;
import hraftd.kv.UnsoundCopyException;
import hraftd.kv.codec.CommandCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class StateHashTest {

  private static final Key ALL = Key.of("");

  private final KvState one = new KvState(ChangeListener.NONE);
  private final KvState other = new KvState(ChangeListener.NONE);

  @Test
  void thePublishedHashOfPublishedTexts() {
    assertEquals("00000000000000000000000000000000", murmur(""));
    assertEquals("cbd8a7b341bd9b025b1e906a48ae1d19", murmur("hello"));
    assertEquals(
        "e34bbc7bbc071b6c7a433ca9c49a9347", murmur("The quick brown fox jumps over the lazy dog"));
  }

  private static String murmur(String text) {
    Murmur3 murmur = new Murmur3();
    murmur.hash(text.getBytes(StandardCharsets.UTF_8), 0, 0);
    return new StateHash(murmur.high(), murmur.low()).toString();
  }

  @Test
  void everyPartOfAnItemCounts() {
    Set<StateHash> seen = new HashSet<>();
    for (String key : List.of("k", "K", "ab")) {
      for (String value : List.of("", "v", "w", "a value of more than sixteen bytes")) {
        for (long version : List.of(1L, 2L)) {
          for (long expiresAt : List.of(0L, 1L)) {
            HashSum sum = new HashSum(HashSum.Sum.EMPTY);
            sum.at(bytes(key)).add(bytes(value), version, expiresAt);
            assertTrue(seen.add(sum.done().hash()), key + value + version + expiresAt);
          }
        }
      }
    }
  }

  @Test
  void theSameItemsGiveTheSameInWhateverOrderTheyCame() {
    put(one, "a", "1");
    put(one, "b", "2");
    HashSum sum = new HashSum(HashSum.Sum.EMPTY);
    sum.at(bytes("b")).add(bytes("2"), 2, 0);
    sum.at(bytes("a")).add(bytes("1"), 1, 0);
    assertEquals(sum.done().hash(), one.view().hash());
    one.apply(1, new Command.DeletePrefix(ALL));
    assertEquals(StateHash.EMPTY, one.view().hash());
  }

  @Test
  void whatAFlippedBitHasLedToIsSeenInTheNextHash() {
    Command.Condition was = new Command.Condition.ValueIs(Key.of("a"), bytes("1"));
    Pair pair = new Pair(Key.of("c"), bytes("3"), 0);
    Command txn =
        new Command.Txn(List.of(was), List.of(new Command.Operation.PutKey(pair)), List.of());
    put(one, "a", "1");
    put(other, "a", "1");
    flip(other, "a");
    assertEquals(one.view().hash(), other.view().hash(), "nobody has looked");
    one.apply(1, txn);
    other.apply(1, txn);
    assertNotEquals(one.view().hash(), other.view().hash());
  }

  @Test
  void aBitThatFlipsIsFoundByARecountAndGetsIntoNoSnapshot() {
    put(one, "a", "1");
    put(one, "b", "2");
    assertEquals(one.view().hash(), one.view().recount());
    flip(one, "b");
    assertNotEquals(one.view().hash(), one.view().recount());
    assertThrows(UnsoundCopyException.class, () -> snapshot(one));
  }

  @Test
  void aBitThatFlipsInACopyThatIsBeingRestoredGetsIntoNoSnapshotEither() {
    byte[] value = bytes("1");
    List<Pair> part = List.of(new Pair(Key.of("a"), value, 0));
    one.apply(1, new Command.RestoreBegin(7));
    one.apply(1, new Command.RestorePart(7, 0, part));
    value[0] ^= 1;
    assertThrows(UnsoundCopyException.class, () -> snapshot(one));
  }

  @Test
  void aComparisonKeepsWhatEveryCopySays() throws IOException {
    put(one, "a", "1");
    one.apply(1, new Command.Compare(5));
    At own = new At(1, one.view().hash());
    assertEquals(new CopyComparison(5, own, List.of()), comparison(one));

    put(one, "b", "2");
    At another = new At(2, own.hash());
    one.apply(1, new Command.Report(5, new Reported(77, own)));
    one.apply(1, new Command.Report(5, new Reported(88, another)));
    one.apply(1, new Command.Report(6, new Reported(99, another)));
    assertEquals(own, comparison(one).of(77));
    assertEquals(another, comparison(one).of(88));
    assertEquals(2, comparison(one).reports().size(), "not of another comparison");
    one.apply(1, new Command.Report(5, new Reported(88, own)));
    assertEquals(own, comparison(one).of(88), "it may say another thing later");

    other.restore(new ByteArrayInputStream(snapshot(one)));
    assertEquals(comparison(one), comparison(other));
    assertEquals(one.view().hash(), other.view().hash());
  }

  @Test
  void noMoreReportsThanBounded() {
    one.apply(1, new Command.Compare(5));
    At own = comparison(one).own();
    for (long copy = 0; copy <= CopyComparison.MAX_REPORTS; copy++) {
      one.apply(1, new Command.Report(5, new Reported(copy, own)));
    }
    assertEquals(CopyComparison.MAX_REPORTS, comparison(one).reports().size());
  }

  @Test
  void aSnapshotIsOfVersionOneUntilThereIsSomethingThatItDoesNotHold() throws IOException {
    put(one, "a", "1");
    assertEquals(SnapshotBlock.FIRST_VERSION, snapshot(one)[SnapshotBlock.MAGIC.length]);
    one.apply(1, new Command.Compare(5));
    assertEquals(SnapshotBlock.COMPARED_VERSION, snapshot(one)[SnapshotBlock.MAGIC.length]);
  }

  @Test
  void whatIsWrittenForVersionOneHasAllButTheComparison() throws IOException {
    put(one, "a", "1");
    one.apply(1, new Command.Compare(5));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    one.freeze().writeForVersion10(out);
    assertEquals(1, KvState.version(new ByteArrayInputStream(out.toByteArray())));
    assertEquals(2, KvState.version(new ByteArrayInputStream(snapshot(one))));
    other.restore(new ByteArrayInputStream(out.toByteArray()));
    assertEquals(one.view().hash(), other.view().hash());
    assertEquals(1, other.view().revision());
    assertNull(other.view().comparison());
  }

  @Test
  void aNodeOfVersionOneGetsATickInThePlaceOfAComparison() {
    byte[] tick = CommandCodec.encode(new Command.Tick());
    At at = new At(1, StateHash.EMPTY);
    for (Command command :
        List.of(new Command.Compare(5), new Command.Report(5, new Reported(7, at)))) {
      byte[] bytes = CommandCodec.encode(command);
      assertFalse(CommandCodec.isOfVersion10(bytes));
      assertArrayEquals(tick, CommandCodec.forVersion10(bytes));
    }
  }

  @Test
  void aRestoredCopyHasItsVersionsInTheHash() {
    one.apply(1, new Command.RestoreBegin(5));
    Pair pair = new Pair(Key.of("a"), bytes("1"), 0);
    one.apply(1, new Command.RestorePart(5, 0, List.of(pair, pair)));
    one.apply(1, new Command.RestoreCommit(5, 2, 41));
    HashSum sum = new HashSum(HashSum.Sum.EMPTY);
    sum.at(bytes("a")).add(bytes("1"), 42, 0);
    assertEquals(sum.done().hash(), one.view().hash());
    assertEquals(one.view().recount(), one.view().hash());
  }

  @Test
  void aSnapshotWhoseItemsDoNotGiveTheHashInItsHeaderIsRefused() throws IOException {
    put(one, "a", "1");
    one.apply(1, new Command.Compare(5));
    byte[] snapshot = snapshot(one);
    int frame = SnapshotBlock.MAGIC.length + 1;
    int header = frame + SnapshotBlock.FRAME_BYTES;
    int checksum = header + ByteBuffer.wrap(snapshot).getInt(frame + 1);
    // Its end: the hash; the comparison's id, revision and hash, and no reports.
    snapshot[checksum - 1 - 16 - 1 - 8 - 1] ^= 1;
    CRC32C crc = new CRC32C();
    crc.update(snapshot, frame, checksum - frame);
    ByteBuffer.wrap(snapshot).putInt(checksum, (int) crc.getValue());
    IOException refused =
        assertThrows(IOException.class, () -> other.restore(new ByteArrayInputStream(snapshot)));
    assertTrue(String.valueOf(refused.getMessage()).contains("its items have the hash"));
    assertEquals(0, other.view().revision());
  }

  private static CopyComparison comparison(KvState state) {
    return Objects.requireNonNull(state.view().comparison());
  }

  /** Values are shared, not copied: this is the one in the map. */
  private static void flip(KvState state, String key) {
    Objects.requireNonNull(state.view().get(Key.of(key))).value()[0] ^= 1;
  }

  private static byte[] snapshot(KvState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    return out.toByteArray();
  }

  private static void put(KvState state, String key, String value) {
    // Each state has a value of its own.
    state.apply(1, new Command.Put(List.of(new Pair(Key.of(key), bytes(value), 0)), Guard.NONE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
