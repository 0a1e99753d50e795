package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.kv.Key;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CursorTest {

  @Property
  void aCursorComesBackAsItWent(
      @ForAll long revision,
      @ForAll @Size(max = 300) byte[] key,
      @ForAll @IntRange(max = 300) int n) {
    Key prefix = new Key(Arrays.copyOf(key, Math.min(n, key.length)));
    Cursor cursor = new Cursor(revision, prefix, new Key(key));
    assertEquals(cursor, Cursor.parse(cursor.text()));
  }

  @Property
  void aPlainKeyIsNoCursor(@ForAll String key) {
    assertNull(Cursor.parse(key));
  }

  @Property
  void aCursorWithAnotherCharacterIsRefused(
      @ForAll @Size(min = 1, max = 50) byte[] key, @ForAll @IntRange(max = 60) int at) {
    String text = new Cursor(7, new Key(new byte[0]), new Key(key)).text();
    int start = text.lastIndexOf('-', text.indexOf("cursor-") + "cursor-".length()) + 1;
    int i = start + at % (text.length() - 1 - start);
    String other =
        text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
    assertDamaged(other);
  }

  @Property
  void aCursorThatIsCutShortIsRefused(
      @ForAll @Size(min = 1, max = 50) byte[] key, @ForAll @IntRange(min = 1, max = 15) int less) {
    String text = new Cursor(7, new Key(new byte[0]), new Key(key)).text();
    assertDamaged(text.substring(0, text.length() - less));
  }

  private static void assertDamaged(String text) {
    Problem problem = assertThrows(Problem.class, () -> Cursor.parse(text), text);
    assertEquals(Code.BAD_REQUEST, problem.code());
  }
}
