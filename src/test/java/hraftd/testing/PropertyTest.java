package hraftd.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PropertyTest {

  private static void hasNoSeven(Draw draw) {
    for (int i = 0; i < 100; i++) {
      assertTrue(draw.anInt(0, 1_000_000) % 1000 != 7, "a seven");
    }
  }

  @Test
  void aFailureNamesItsSeedAndTheCommandThatRunsItAlone() {
    AssertionError failure =
        assertThrows(
            AssertionError.class, () -> Property.of(10_000, null).run(PropertyTest::hasNoSeven));
    String message = String.valueOf(failure.getMessage());
    Matcher said =
        Pattern.compile(
                "(?s)seed (\\d+): .*a seven.*scripts/test --only PropertyTest#\\S+ -Dseed=(\\d+)")
            .matcher(message);
    assertTrue(said.matches(), message);
    assertEquals(said.group(1), said.group(2));
    long seed = Long.parseLong(said.group(1));
    AssertionError again =
        assertThrows(
            AssertionError.class, () -> Property.of(10_000, seed).run(PropertyTest::hasNoSeven));
    assertTrue(String.valueOf(again.getMessage()).startsWith("seed " + seed + ":"));
  }

  @Test
  void eachRunTriesOtherCasesAndASeedOnlyItsOwn() {
    List<Long> drawn = new ArrayList<>();
    Property.of(50, null).run(draw -> drawn.add(draw.random().nextLong()));
    Property.of(50, null).run(draw -> drawn.add(draw.random().nextLong()));
    assertEquals(100, drawn.stream().distinct().count());
    drawn.clear();
    Property.of(50, 17L).run(draw -> drawn.add(draw.random().nextLong()));
    Property.of(50, 17L).run(draw -> drawn.add(draw.random().nextLong()));
    assertEquals(2, drawn.size());
    assertEquals(drawn.get(0), drawn.get(1));
  }
}
