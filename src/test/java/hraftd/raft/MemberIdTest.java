package hraftd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"1", "node1", "localhost:12000", "nœud 1", "日本", "a/b@c?d#e%f"})
  void oneLineThatCanBeSeenIsAnId(String text) {
    assertEquals(text, MemberId.given(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " a",
        "a ",
        "a\r\nSet-Cookie: x",
        "a\nb",
        "a\u001b[31m",
        "a\u0000",
        "a\u0085",
        "a\u202eb",
        "a\u2028b",
        "\ud800"
      })
  void whatBreaksALineOrCannotBeSeenIsNone(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> new MemberId(text));
    assertFalse(String.valueOf(refusal.getMessage()).chars().anyMatch(Character::isISOControl));
    assertThrows(IllegalArgumentException.class, () -> MemberId.given(text));
  }

  @Test
  void aNewOneHas64CharactersAtMostAndOneOfAnEarlierVersion128() {
    MemberId.given("🙂".repeat(64));
    assertThrows(IllegalArgumentException.class, () -> MemberId.given("a".repeat(65)));
    assertEquals("a".repeat(128), new MemberId("a".repeat(128)).text());
    assertThrows(IllegalArgumentException.class, () -> new MemberId("a".repeat(129)));
  }
}
