package hraftd.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What often goes wrong is among the cases of every property. */
class DrawTest {

  /** Fewer than a property has. */
  private static final int CASES = 500;

  private static <T> Set<T> drawn(Function<Draw, T> draw) {
    Set<T> drawn = new HashSet<>();
    for (long seed = 0; seed < CASES; seed++) {
      drawn.add(draw.apply(new Draw(seed)));
    }
    return drawn;
  }

  private static <T> void assertDraws(Set<T> drawn, List<Predicate<T>> kinds) {
    for (int i = 0; i < kinds.size(); i++) {
      assertTrue(drawn.stream().anyMatch(kinds.get(i)), "kind " + i + " of " + kinds.size());
    }
  }

  @Test
  void numbersOfEveryLengthAndTheEnds() {
    Set<Long> drawn = drawn(Draw::aLong);
    assertTrue(drawn.containsAll(List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)));
    for (int bytes = 1; bytes < Long.BYTES; bytes++) {
      int most = bytes * Byte.SIZE;
      assertDraws(drawn, List.of(n -> isOfBits(n, most), n -> isOfBits(-n, most)));
    }
  }

  private static boolean isOfBits(long n, int most) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(n);
    return bits <= most && bits > most - Byte.SIZE;
  }

  @Test
  void aRangeIsKeptAndItsEndsAreDrawn() {
    for (long least : List.of(Long.MIN_VALUE, -5L, 0L, 3L, Long.MAX_VALUE - 1)) {
      for (long most : List.of(-5L, 0L, 3L, 300L, Long.MAX_VALUE)) {
        if (least <= most) {
          Set<Long> drawn = drawn(draw -> draw.aLong(least, most));
          assertTrue(drawn.stream().allMatch(n -> n >= least && n <= most), least + "-" + most);
          assertTrue(drawn.containsAll(List.of(least, most)), least + "-" + most);
        }
      }
    }
  }

  @Test
  void bytesAndListsAreEmptyFullAndAnythingBetween() {
    Set<Integer> lengths = drawn(draw -> draw.bytes(0, 20).length);
    assertEquals(21, lengths.size());
    assertEquals(21, drawn(draw -> draw.list(0, 20, draw::aByte).size()).size());
    assertDraws(
        drawn(draw -> draw.bytes(3, 3)),
        List.of(b -> b[0] == 0, b -> b[1] == -1, b -> b[2] == -128));
  }

  @Test
  void textIsOfAllOfUnicode() {
    assertDraws(
        drawn(draw -> draw.text(50)),
        List.of(
            String::isEmpty,
            t -> t.codePointCount(0, t.length()) == 50,
            t -> t.indexOf(0) >= 0,
            t -> t.chars().anyMatch(c -> c == '\u00e9'),
            t -> t.codePoints().anyMatch(c -> c == 0x1f600),
            t -> t.codePoints().anyMatch(c -> c == Character.MAX_CODE_POINT),
            t -> t.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xdc00),
            t -> t.codePoints().anyMatch(c -> c >= 0xdc00 && c < 0xe000)));
    assertTrue(
        drawn(draw -> draw.wholeText(50)).stream()
            .noneMatch(t -> t.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000)));
  }

  @Test
  void everyChoiceIsTaken() {
    assertEquals(Set.of(1, 2, 3), drawn(draw -> draw.of(1, 2, 3)));
    assertEquals(Set.of(1, 2, 3), drawn(draw -> draw.oneOf(() -> 1, () -> 2, () -> 3)));
    assertEquals(
        Set.of(1, 2), drawn(draw -> draw.<Integer>choice().or(50, () -> 1).or(1, () -> 2).draw()));
  }

  @Test
  void theSameSeedGivesTheSame() {
    for (long seed = 0; seed < 20; seed++) {
      Draw one = new Draw(seed);
      Draw other = new Draw(seed);
      assertEquals(one.text(100), other.text(100));
      assertEquals(one.list(0, 9, one::aLong), other.list(0, 9, other::aLong));
    }
  }
}
