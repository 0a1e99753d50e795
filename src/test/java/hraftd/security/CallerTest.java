package hraftd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule with the longest prefix decides what a caller may do with a key. */
class CallerTest {

  private static Caller caller(Rule... rules) {
    return Caller.of(new Token("t", TokenText.hash("x"), List.of(rules), 0, 0, Token.Limits.NONE));
  }

  private static Rule rule(String prefix, Right may) {
    return new Rule(Key.of(prefix), may);
  }

  /** May write below ci/, but for ci/locked/, and read all but what is below secret/. */
  private final Caller ci =
      caller(rule("ci/", Right.WRITE), rule("ci/locked/", Right.READ), rule("public/", Right.READ));

  @ParameterizedTest
  @CsvSource({
    "ci/a, WRITE, true",
    "ci/, WRITE, true",
    "ci, READ, false",
    "ci/a, ADMIN, false",
    "ci/locked/a, WRITE, false",
    "ci/locked/a, READ, true",
    "ci/locked, WRITE, true",
    "public/a, READ, true",
    "public/a, WRITE, false",
    "other, READ, false"
  })
  void theLongestPrefixDecides(String key, Right right, boolean may) {
    assertEquals(may, ci.may(right, Key.of(key)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', READ, false",
    "ci/, READ, true",
    "ci/, WRITE, false",
    "ci/l, WRITE, false",
    "ci/x, WRITE, true",
    "ci/locked/, READ, true",
    "ci/locked/x, WRITE, false",
    "public/, READ, true"
  })
  void aPrefixNeedsTheRightForAllThatCanBeginSo(String prefix, Right right, boolean may) {
    assertEquals(may, ci.mayAll(right, Key.of(prefix)));
  }

  @Test
  void aPrefixIsAllowedIfEveryKeyBelowItIs() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int round = 0; round < 2_000; round++) {
      List<Rule> rules = new ArrayList<>();
      for (String prefix : List.of("", "a", "ab", "b", "ba")) {
        if (random.nextBoolean()) {
          rules.add(rule(prefix, random.nextBoolean() ? Right.READ : Right.WRITE));
        }
      }
      Caller caller = caller(rules.toArray(Rule[]::new));
      for (String prefix : List.of("", "a", "ab", "abc", "b", "c")) {
        for (Right right : List.of(Right.READ, Right.WRITE)) {
          boolean all =
              List.of("", "a", "ab", "abx", "b", "ba", "bax", "c", "abc", "ac", "bc").stream()
                  .filter(key -> key.startsWith(prefix))
                  .allMatch(key -> caller.may(right, Key.of(key)));
          assertEquals(all, caller.mayAll(right, Key.of(prefix)), rules + " " + prefix + right);
        }
      }
    }
  }

  @Test
  void onlyWhoIsAdminOfAllIsAdmin() {
    assertFalse(ci.isAdmin());
    assertFalse(caller(rule("", Right.WRITE)).isAdmin());
    assertTrue(caller(rule("", Right.ADMIN)).isAdmin());
    assertTrue(Caller.SECRET.isAdmin());
    assertTrue(Caller.SECRET.hasSecret());
    assertFalse(caller(rule("", Right.ADMIN)).hasSecret());
    assertTrue(Caller.EVERYBODY.may(Right.WRITE, Key.of("x")));
    assertFalse(Caller.NOBODY.may(Right.READ, Key.of("")));
  }
}
