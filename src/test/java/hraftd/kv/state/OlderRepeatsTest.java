package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.OutcomeCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What of older commands goes when they are too many. */
class OlderRepeatsTest {

  private static final byte[] WRITTEN = OutcomeCodec.bytes(new Outcome.Written(1L << 30));

  /** A full page; no key's hash is in it, but for one in 2^80. */
  private static RepeatPage page(int number, boolean answers) {
    RepeatPage.Builder page = new RepeatPage.Builder(RepeatPage.FULL, answers);
    for (int i = 0; i < RepeatPage.FULL; i++) {
      long high = (long) i << (Long.SIZE - 16) | number;
      if (answers) {
        page.add(high, 0, i, WRITTEN);
      } else {
        page.add(high, 0);
      }
    }
    return page.done(number, number);
  }

  private static OlderRepeats full(boolean answers) {
    OlderRepeats.Builder all = new OlderRepeats.Builder(OlderRepeats.NOTHING);
    int pages = (int) (OlderRepeats.MAX_BYTES / page(1, answers).bytes());
    for (int i = 1; i <= pages; i++) {
      all.add(page(i, answers));
    }
    OlderRepeats older = all.done();
    assertTrue(older.bytes() > OlderRepeats.MAX_BYTES - page(1, answers).bytes());
    return older;
  }

  private static OlderRepeats withOneMorePage(OlderRepeats before) {
    OlderRepeats older = before;
    for (int i = 0; i < RepeatPage.FULL; i++) {
      Outcome outcome = new Outcome.Written(1_000 + i);
      older = older.with(new OnceWindow.Applied("k" + i, i, 5, outcome), 1_000);
    }
    return older;
  }

  private static @Nullable Outcome answer(OlderRepeats older, String key) {
    Command.Once command = new Command.Once(key, 5, new Command.Tick());
    return older.answer(command, OnceWindow.name(key), 1 << 20);
  }

  @Test
  void the_oldest_answers_go_first() {
    OlderRepeats before = full(/* answers= */ true);
    OlderRepeats after = withOneMorePage(before);
    assertEquals(before.size() + RepeatPage.FULL, after.size());
    assertTrue(after.bytes() <= OlderRepeats.MAX_BYTES);
    assertEquals(OlderRepeats.NOTHING, after.forgotten());
    int without = 0;
    for (RepeatPage page : after.all()) {
      if (!page.hasAnswers()) {
        without++;
        assertEquals(without, page.revision(), "the oldest first");
      }
    }
    assertTrue(without > 0 && without < 4, without + " pages");
    assertEquals(new Outcome.Written(1_003), answer(after, "k3"));
  }

  @Test
  void keys_go_last_and_it_is_known_which() {
    OlderRepeats before = full(/* answers= */ false);
    OlderRepeats after = withOneMorePage(before);
    assertEquals(before.size(), after.size());
    assertTrue(after.bytes() <= OlderRepeats.MAX_BYTES);
    assertEquals(1, after.forgotten());
    assertInstanceOf(Outcome.RepeatExpired.class, answer(after, "k3"));
    assertInstanceOf(Outcome.RepeatExpired.class, answer(after, "unknown;since=1"));
    assertNull(answer(after, "unknown;since=2"));
    assertNull(answer(after, "unknown"));
  }

  @Test
  void ten_minutes_later_nothing_is_left() {
    OlderRepeats older = withOneMorePage(full(/* answers= */ true));
    OlderRepeats.Builder unused = new OlderRepeats.Builder(0);
    assertEquals(0, unused.done().size());
    OlderRepeats later = older.at(2 + OlderRepeats.KEPT_MILLIS);
    assertEquals(older.size() - RepeatPage.FULL, later.size(), "the first page is too old");
    assertEquals(1, later.forgotten());
    OlderRepeats last = older.at(1_001 + OlderRepeats.KEPT_MILLIS);
    assertEquals(0, last.size());
    assertEquals(0, last.bytes());
    assertEquals(1_000 + RepeatPage.FULL - 1, last.forgotten());
  }

  /** Keys can be chosen so that their hashes begin with the same bits. */
  @Test
  void keys_whose_hashes_are_alike_are_found_too() {
    RepeatPage.Builder alike = new RepeatPage.Builder(RepeatPage.FULL, /* answers= */ false);
    for (int i = 0; i < RepeatPage.FULL; i++) {
      alike.add(-2, 3L * i);
    }
    RepeatPage page = alike.done(1, 1);
    for (int i = 0; i < RepeatPage.FULL; i++) {
      assertEquals(i, page.find(-2, 3L * i));
      assertEquals(-1, page.find(-2, 3L * i + 1));
    }
    assertEquals(-1, page.find(-1, 0));
    assertEquals(-1, page.find(-3, 0));
  }

  @Test
  void pages_that_could_not_have_been_made_are_refused() {
    RepeatPage.Builder page = new RepeatPage.Builder(2, /* answers= */ false);
    page.add(-1, 3);
    assertThrows(IllegalArgumentException.class, () -> page.add(1, 3), "hashes have no sign");
    assertThrows(IllegalArgumentException.class, () -> page.add(-1, 3), "twice");
    page.add(-1, 4);
    OlderRepeats.Builder older = new OlderRepeats.Builder(0);
    assertThrows(IllegalArgumentException.class, () -> older.add(page.done(1, 1)));
    OlderRepeats.Builder backwards = new OlderRepeats.Builder(0);
    backwards.add(page(2, /* answers= */ false));
    assertThrows(
        IllegalArgumentException.class, () -> backwards.add(page(1, /* answers= */ false)));
    OlderRepeats.Builder forgotten = new OlderRepeats.Builder(5);
    assertThrows(IllegalArgumentException.class, () -> forgotten.add(page(4, /* answers= */ true)));
    OlderRepeats.Builder answersFirst = new OlderRepeats.Builder(0);
    answersFirst.add(page(1, /* answers= */ true));
    assertThrows(
        IllegalArgumentException.class, () -> answersFirst.add(page(2, /* answers= */ false)));
    OlderRepeats.Builder many = new OlderRepeats.Builder(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          for (int i = 0; i < 100; i++) {
            many.add(page(i, /* answers= */ false));
          }
        });
  }
}
