package hraftd.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens are found by name and by hash, and none is made that could not be kept. */
class TokensTest {

  private static final Rule ALL = new Rule(Key.of(""), Right.READ);

  private static TokenHash hash(int first) {
    byte[] bytes = new byte[TokenHash.BYTES];
    bytes[0] = (byte) first;
    return new TokenHash(bytes);
  }

  private static Token token(String name, @Nullable TokenHash hash, long expires) {
    return new Token(name, hash, List.of(ALL), 1, expires, Token.Limits.NONE);
  }

  @Test
  void theSameNameAgainTakesItsPlaceAndTheOldTokenIsWorthNothing() {
    Tokens tokens = Tokens.NONE.with(token("ci", hash(1), 0)).with(token("ci", hash(2), 0));
    assertNull(tokens.of(hash(1)));
    assertEquals(tokens.named("ci"), tokens.of(hash(2)));
    assertEquals(1, tokens.all().size());
    assertEquals(token("ci", hash(2), 0).weight(), tokens.bytes());
    assertEquals(Tokens.NONE, tokens.without("ci"));
    assertNull(tokens.without("ci").of(hash(2)));
  }

  @Test
  void oneIsExpiredFromItsTimeOn() {
    Tokens tokens = Tokens.NONE.with(token("a", hash(1), 100)).with(token("b", hash(2), 0));
    assertFalse(token("a", hash(1), 100).isExpired(99));
    assertTrue(token("a", hash(1), 100).isExpired(100));
    assertEquals(tokens, tokens.withoutExpired(99));
    assertEquals(List.of("b"), tokens.withoutExpired(100).all().stream().map(Token::name).toList());
  }

  @Test
  void onlyAnonymousHasNoHash() {
    assertThrows(IllegalArgumentException.class, () -> token("ci", null, 0));
    assertThrows(IllegalArgumentException.class, () -> token(Token.ANONYMOUS, hash(1), 0));
    assertNull(token(Token.ANONYMOUS, null, 0).hash());
  }

  @Test
  void twoRulesOfOnePrefixAreRefused() {
    List<Rule> twice = List.of(ALL, new Rule(Key.of(""), Right.WRITE));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Token("ci", hash(1), twice, 0, 0, Token.Limits.NONE));
  }

  @Test
  void aNameIsAWordThatPassesForNothingElse() {
    for (String name :
        List.of(
            "",
            "x".repeat(129),
            "a\nb",
            "a b",
            "a:",
            "\u0430dmin",
            "admin",
            "everybody",
            "self",
            "-")) {
      assertThrows(IllegalArgumentException.class, () -> token(name, hash(1), 0));
      assertThrows(IllegalArgumentException.class, () -> new Command.DeleteToken(name));
    }
    String any = "a.B_9-@+/";
    assertEquals(any, token(any, hash(1), 0).name());
  }

  @Test
  void aHashIsNotShown() {
    assertFalse(token("ci", hash(77), 0).toString().contains("77"));
  }
}
