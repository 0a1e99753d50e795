package hraftd.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

  @Test
  void whatCanBeReadIsLeftAlone() {
    assertEquals("nœud 1 (日本) 🙂", Printable.cut("nœud 1 (日本) 🙂", 64));
    assertEquals("null", Printable.cut(null, 64));
    assertEquals("17", Printable.cut(17, 64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\r", "\n", "\u001b", "\u0000", "\u0085", "\u2028", "\u202e", "\u200b", "\ud800"})
  void whatBreaksALineOrSteersATerminalIsNotShown(String bad) {
    assertEquals("a?b", Printable.cut("a" + bad + "b", 64));
    assertFalse(Printable.isPrintable("a" + bad + "b"));
  }

  @Test
  void whatIsLongIsCutBetweenCharacters() {
    assertEquals("aaaa…", Printable.cut("a".repeat(100_000), 4));
    assertEquals("aaaa", Printable.cut("aaaa", 4));
    assertEquals("🙂🙂…", Printable.cut("🙂🙂🙂", 11));
    assertEquals("🙂🙂🙂", Printable.cut("🙂🙂🙂", 12));
    assertTrue(Printable.isPrintable("🙂"));
  }
}
