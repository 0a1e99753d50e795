package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

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
  void aCursorWithAnotherCharacterIsNoCursor(
      @ForAll @Size(min = 1, max = 50) byte[] key, @ForAll @IntRange(max = 60) int at) {
    String text = new Cursor(7, new Key(new byte[0]), new Key(key)).text();
    int i = at % (text.length() - 1);
    String other =
        text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
    assertNull(Cursor.parse(other));
  }
}
