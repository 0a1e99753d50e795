package hraftd.kv.state;

import hraftd.kv.StateHash;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.kv.codec.TokenCodec;

/**
 * The tokens of a state and what they add to its hash: the sum over all of the hash of each one's
 * bytes. Immutable.
 *
 * @param tokens all
 * @param hash what they added when they came
 */
record HashedTokens(Tokens tokens, StateHash hash) {

  static final HashedTokens NONE = new HashedTokens(Tokens.NONE, StateHash.EMPTY);

  /** Both halves: an item's hash begins with other ones. */
  private static final long SEED = 1;

  /** These, counted once. Takes time for all of them, as each change of one does anyway. */
  static HashedTokens of(Tokens tokens) {
    return tokens.isEmpty() ? NONE : new HashedTokens(tokens, count(tokens));
  }

  /** What they add as they are now. */
  StateHash recount() {
    return count(tokens);
  }

  private static StateHash count(Tokens tokens) {
    Murmur3 murmur = new Murmur3();
    StateHash sum = StateHash.EMPTY;
    for (Token token : tokens.all()) {
      murmur.hash(TokenCodec.bytes(token), SEED, SEED);
      sum = sum.plus(new StateHash(murmur.high(), murmur.low()));
    }
    return sum;
  }
}
