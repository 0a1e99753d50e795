package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Outcome;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.StateHash;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.kv.Tokens;
import hraftd.kv.UnsoundCopyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may do what is a part of the state, beside the keys. */
class TokenStateTest {

  private static final Rule RULE = new Rule(Key.of("ci/"), Right.WRITE);

  private final List<Change> heard = new ArrayList<>();
  private final KvState state =
      new KvState(
          new ChangeListener() {
            @Override
            public void changed(long revision, List<Change> changes) {
              heard.addAll(changes);
            }

            @Override
            public void reset(long revision) {}
          });

  private static TokenHash hash(int number) {
    return new TokenHash(ByteBuffer.allocate(TokenHash.BYTES).putInt(number).array());
  }

  private static Token token(String name, int hash, long expires) {
    return new Token(name, hash(hash), List.of(RULE), 1, expires, Token.Limits.NONE);
  }

  private Outcome put(Token token, long now) {
    return state.apply(1, new Command.PutToken(token, now));
  }

  private Tokens tokens() {
    return state.view().tokens();
  }

  @Test
  void oneComesAndGoesWithoutARevisionAndWithoutAnEvent() {
    state.apply(1, putKey());
    heard.clear();
    assertEquals(new Outcome.Written(1), put(token("ci", 1, 0), 0));
    KvView before = state.view();
    assertEquals(token("ci", 1, 0), tokens().named("ci"));
    assertEquals(new Outcome.Written(1), put(token("ci", 2, 0), 0));
    assertEquals(List.of(token("ci", 2, 0)), List.copyOf(tokens().all()));
    assertEquals(new Outcome.Deleted(1, 1), state.apply(1, new Command.DeleteToken("ci")));
    assertEquals(new Outcome.Deleted(1, 0), state.apply(1, new Command.DeleteToken("ci")));
    assertTrue(tokens().isEmpty());
    assertEquals(token("ci", 1, 0), before.tokens().named("ci"), "a view is as it was");
    assertEquals(List.of(), heard);
  }

  private static Command putKey() {
    Command.Pair pair = new Command.Pair(Key.of("k"), new byte[1], 0);
    return new Command.Put(List.of(pair), Guard.NONE);
  }

  @Test
  void theNextOneTakesThoseAwayThatAreExpired() {
    put(token("a", 1, 100), 0);
    put(token("b", 2, 200), 0);
    put(token("c", 3, 0), 99);
    assertEquals(3, tokens().all().size());
    put(token("d", 4, 0), 100);
    assertEquals(List.of("b", "c", "d"), tokens().all().stream().map(Token::name).toList());
    put(token("c", 5, 50), 100);
    assertEquals(List.of("b", "d"), tokens().all().stream().map(Token::name).toList());
  }

  @Test
  void thoseThatWouldBeTooManyChangeNothing() {
    List<Rule> rules =
        IntStream.range(0, Token.MAX_RULES)
            .mapToObj(i -> new Rule(new Key(new byte[Key.MAX_BYTES - i]), Right.READ))
            .toList();
    Token large = new Token("large", hash(1), rules, 0, 100, Token.Limits.NONE);
    int fit = (int) (Tokens.MAX_BYTES / large.weight());
    for (int i = 0; i < fit; i++) {
      put(new Token("large" + i, hash(i), rules, 0, 100, Token.Limits.NONE), 0);
    }
    Tokens all = tokens();
    assertEquals(fit, all.all().size());
    assertEquals(
        new Outcome.TooLarge(0, all.bytes() + large.weight(), Tokens.MAX_BYTES), put(large, 0));
    assertSame(all, tokens());
    assertEquals(new Outcome.Written(0), put(large, 100), "those before are expired");
    assertTrue(tokens().isEmpty());
  }

  @Test
  void growsByOneThatComesNotByOneThatGoes() {
    assertTrue(state.mayGrowBy(new Command.PutToken(token("a", 1, 0), 0)));
    assertFalse(state.mayGrowBy(new Command.DeleteToken("a")));
  }

  @Test
  void whatBringsAllKeysAnewLeavesTokens() {
    put(token("ci", 1, 0), 0);
    state.apply(1, new Command.DeletePrefix(Key.of("")));
    state.apply(1, new Command.RestoreBegin(1));
    assertEquals(new Outcome.Restored(8, 0), state.apply(1, new Command.RestoreCommit(1, 0, 7)));
    assertEquals(token("ci", 1, 0), tokens().named("ci"));
  }

  @Test
  void everyPartOfOneCountsInTheHash() {
    Set<StateHash> seen = new HashSet<>();
    Token.Limits limits = new Token.Limits(1, 2);
    List<Rule> rules = List.of(RULE);
    for (Token token :
        List.of(
            new Token("a", hash(1), rules, 3, 4, limits),
            new Token("b", hash(1), rules, 3, 4, limits),
            new Token("a", hash(2), rules, 3, 4, limits),
            new Token("a", hash(1), List.of(), 3, 4, limits),
            new Token("a", hash(1), List.of(new Rule(Key.of("ci/"), Right.READ)), 3, 4, limits),
            new Token("a", hash(1), List.of(new Rule(Key.of("ci"), Right.WRITE)), 3, 4, limits),
            new Token("a", hash(1), rules, 4, 4, limits),
            new Token("a", hash(1), rules, 3, 0, limits),
            new Token("a", hash(1), rules, 3, 4, new Token.Limits(0, 2)),
            new Token("a", hash(1), rules, 3, 4, new Token.Limits(1, 0)))) {
      state.apply(1, new Command.DeleteToken("b"));
      put(token, 0);
      assertTrue(seen.add(state.view().hash()), token::toString);
      assertEquals(state.view().hash(), state.view().recount());
    }
    state.apply(1, new Command.DeleteToken("a"));
    assertEquals(StateHash.EMPTY, state.view().hash());
  }

  @Test
  void aBitThatFlipsInOneIsFoundByARecountAndGetsIntoNoSnapshot() {
    put(token("ci", 1, 0), 0);
    Token kept = tokens().all().iterator().next();
    assertEquals(RULE.prefix(), kept.rules().get(0).prefix());
    byte[] prefix = kept.rules().get(0).prefix().bytes();
    prefix[0] ^= 1;
    try {
      assertIsUnsound();
    } finally {
      prefix[0] ^= 1; // It is the constant's own.
    }
  }

  @Test
  void aBitThatHasFlippedInOneIsFoundAlsoAfterOthersHaveComeAndGone() {
    byte[] prefix = {'c', 'i', '/'};
    Rule rule = new Rule(new Key(prefix), Right.WRITE);
    put(new Token("ci", hash(1), List.of(rule), 1, 0, Token.Limits.NONE), 0);
    put(token("expiring", 2, 100), 0);
    prefix[0] ^= 1;
    assertEquals(new Key(prefix), tokens().all().iterator().next().rules().get(0).prefix());
    assertIsUnsound();
    put(token("another", 3, 0), 99);
    assertIsUnsound();
    put(token("another", 4, 0), 100);
    assertEquals(List.of("another", "ci"), tokens().all().stream().map(Token::name).toList());
    assertIsUnsound();
    assertEquals(new Outcome.Deleted(0, 1), state.apply(1, new Command.DeleteToken("another")));
    assertIsUnsound();
    assertEquals(new Outcome.Deleted(0, 0), state.apply(1, new Command.DeleteToken("another")));
    assertIsUnsound();
    put(token("ci", 1, 0), 100);
    assertEquals(state.view().hash(), state.view().recount(), "it has gone with what it was in");
  }

  private void assertIsUnsound() {
    assertNotEquals(state.view().hash(), state.view().recount());
    assertThrows(
        UnsoundCopyException.class, () -> state.freeze().writeTo(OutputStream.nullOutputStream()));
  }

  @Test
  void asManyAsThereMayBeGoThroughASnapshot() throws IOException {
    for (int i = 0; tokens().bytes() < Tokens.MAX_BYTES - 1000; i++) {
      byte[] prefix = new byte[Key.MAX_BYTES];
      put(
          new Token(
              "t" + i, hash(i), List.of(new Rule(new Key(prefix), Right.ADMIN)), i, 0, limits(i)),
          0);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.freeze().writeTo(out);
    KvState copy = new KvState(ChangeListener.NONE);
    copy.restore(new ByteArrayInputStream(out.toByteArray()));
    assertEquals(List.copyOf(tokens().all()), List.copyOf(copy.view().tokens().all()));
    assertEquals(state.view().hash(), copy.view().hash());
  }

  private static Token.Limits limits(int i) {
    return new Token.Limits(i, Long.MAX_VALUE - i);
  }
}
