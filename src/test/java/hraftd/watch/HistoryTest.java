package hraftd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.Item;
import hraftd.kv.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {

  static Change put(String key, long revision, int valueBytes) {
    Key k = Key.of(key);
    return new Change(k, new Item(k, new byte[valueBytes], revision, 0), false);
  }

  private static List<Long> after(History history, long revision) throws CompactedException {
    List<Long> revisions = new ArrayList<>();
    for (ChangeSet at = history.position(revision).next(); at != null; at = at.next()) {
      revisions.add(at.revision());
    }
    return revisions;
  }

  @Test
  void aReaderFindsWhatCameAfterItsRevision() throws CompactedException {
    History history = new History();
    for (long revision = 1; revision <= 5; revision++) {
      history.changed(revision, List.of(put("k", revision, 1)));
    }
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), after(history, 0));
    assertEquals(List.of(4L, 5L), after(history, 3));
    assertEquals(List.of(), after(history, 5));
    assertEquals(List.of(), after(history, 99));
  }

  @Test
  void theNumberOfChangesIsBounded() throws CompactedException {
    History history = new History(10, 1 << 20);
    for (long revision = 1; revision <= 25; revision++) {
      history.changed(revision, List.of(put("a", revision, 1), put("b", revision, 1)));
    }
    assertEquals(20, history.oldestRevision());
    assertEquals(List.of(21L, 22L, 23L, 24L, 25L), after(history, 20));
    CompactedException gone = assertThrows(CompactedException.class, () -> history.position(19));
    assertEquals(20, gone.oldest());
  }

  @Test
  void theBytesAreBounded() throws CompactedException {
    History history = new History(1000, 10_000);
    for (long revision = 1; revision <= 100; revision++) {
      history.changed(revision, List.of(put("k", revision, 1000)));
    }
    assertEquals(9, after(history, history.oldestRevision()).size());
  }

  @Test
  void theNewestEntryIsKeptHoweverLargeItIs() throws CompactedException {
    History history = new History(10, 1000);
    history.changed(1, List.of(put("k", 1, 10)));
    history.changed(2, IntStream.range(0, 50).mapToObj(i -> put("k" + i, 2, 1000)).toList());
    assertEquals(List.of(2L), after(history, 1));
    history.changed(3, List.of(put("k", 3, 10)));
    assertEquals(List.of(3L), after(history, 2));
    assertThrows(CompactedException.class, () -> history.position(1));
  }

  @Test
  void afterAResetNothingBeforeItIsKnown() throws CompactedException {
    History history = new History();
    history.changed(1, List.of(put("k", 1, 1)));
    ChangeSet position = history.newest();
    assertFalse(history.lost(position));
    history.reset(7);
    assertTrue(history.lost(position));
    assertNull(position.next());
    assertEquals(7, history.oldestRevision());
    history.changed(8, List.of(put("k", 8, 1)));
    assertEquals(List.of(8L), after(history, 7));
    assertThrows(CompactedException.class, () -> history.position(6));
  }

  @Test
  void aResetToWhereItIsLosesNothing() throws CompactedException {
    History history = new History();
    history.changed(1, List.of(put("k", 1, 1)));
    history.reset(1);
    assertEquals(List.of(1L), after(history, 0));
  }

  @Test
  void aReaderThatHoldsAnEntryCanFollowItThoughItIsGone() {
    History history = new History(2, 1 << 20);
    history.changed(1, List.of(put("k", 1, 1)));
    ChangeSet at = history.newest();
    for (long revision = 2; revision <= 10; revision++) {
      history.changed(revision, List.of(put("k", revision, 1)));
    }
    assertTrue(history.lost(at));
    int count = 0;
    for (ChangeSet next = at.next(); next != null; next = next.next()) {
      count++;
    }
    assertEquals(9, count);
  }

  @Test
  void everyoneIsTold() {
    History history = new History();
    List<Long> told = new ArrayList<>();
    history.subscribe(() -> told.add(history.newest().revision()));
    history.changed(1, List.of(put("k", 1, 1)));
    history.reset(5);
    assertEquals(List.of(1L, 5L), told);
  }
}
