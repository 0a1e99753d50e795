package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.kv.Key;
import hraftd.testing.Draw;
import hraftd.testing.Property;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CursorTest {

  private static final String MARK = "hraftd-cursor-";

  @Test
  void aCursorComesBackAsItWent() {
    Property.holds(
        draw -> {
          byte[] key = draw.bytes(0, Key.MAX_BYTES);
          Key prefix = new Key(Arrays.copyOf(key, draw.anInt(0, key.length)));
          Cursor cursor = new Cursor(draw.aLong(), prefix, new Key(key));
          assertEquals(cursor, Cursor.parse(cursor.text()));
        });
  }

  @Test
  void aPlainKeyIsNoCursor() {
    Property.holds(
        draw -> {
          String almost = MARK.substring(0, draw.anInt(0, MARK.length() - 1));
          String key = draw.oneOf(() -> "", () -> almost, () -> " " + MARK) + draw.text(255);
          if (!key.startsWith(MARK)) {
            assertNull(Cursor.parse(key), key);
          }
        });
  }

  @Test
  void aCursorWithAnotherCharacterIsRefused() {
    Property.holds(
        draw -> {
          String text = some(draw).text();
          // The last character may hold bits that mean nothing.
          int i = draw.anInt(MARK.length(), text.length() - 2);
          char other = text.charAt(i) == 'A' ? 'B' : 'A';
          assertDamaged(text.substring(0, i) + other + text.substring(i + 1));
        });
  }

  @Test
  void aCursorThatIsCutShortIsRefused() {
    Property.holds(
        draw -> {
          String text = some(draw).text();
          assertDamaged(text.substring(0, draw.anInt(MARK.length(), text.length() - 1)));
        });
  }

  private static Cursor some(Draw draw) {
    return new Cursor(draw.aLong(), new Key(new byte[0]), new Key(draw.bytes(0, 50)));
  }

  private static void assertDamaged(String text) {
    Problem problem = assertThrows(Problem.class, () -> Cursor.parse(text), text);
    assertEquals(Code.BAD_REQUEST, problem.code());
  }
}
