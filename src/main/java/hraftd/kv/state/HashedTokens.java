package hraftd.kv.state;

import hraftd.kv.StateHash;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.kv.codec.TokenCodec;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens of a state and what they add to its hash: the sum over all of the hash of each one's
 * bytes, as they were when it came. Immutable.
 *
 * @param tokens all
 * @param each what each added when it came, by its name
 * @param hash the sum of that
 */
record HashedTokens(Tokens tokens, Map<String, StateHash> each, StateHash hash) {

  static final HashedTokens NONE = new HashedTokens(Tokens.NONE, Map.of(), StateHash.EMPTY);

  /** Both halves: an item's hash begins with other ones. */
  private static final long SEED = 1;

  /** These, each of them counted. */
  static HashedTokens of(Tokens tokens) {
    return NONE.to(tokens);
  }

  /**
   * The next ones. What is in both is not counted anew: a bit that has flipped in it since would be
   * in the hash then, and never be found.
   */
  @SuppressWarnings("ReferenceEquality") // An equal one that comes anew has bytes of its own.
  HashedTokens to(Tokens next) {
    Map<String, StateHash> hashes = new HashMap<>();
    StateHash sum = StateHash.EMPTY;
    for (Token token : next.all()) {
      StateHash known = tokens.named(token.name()) == token ? each.get(token.name()) : null;
      StateHash hashed = known == null ? count(token) : known;
      hashes.put(token.name(), hashed);
      sum = sum.plus(hashed);
    }
    return new HashedTokens(next, Collections.unmodifiableMap(hashes), sum);
  }

  /** What they add as they are now. */
  StateHash recount() {
    StateHash sum = StateHash.EMPTY;
    for (Token token : tokens.all()) {
      sum = sum.plus(count(token));
    }
    return sum;
  }

  private static StateHash count(Token token) {
    Murmur3 murmur = new Murmur3();
    murmur.hash(TokenCodec.bytes(token), SEED, SEED);
    return new StateHash(murmur.high(), murmur.low());
  }
}
