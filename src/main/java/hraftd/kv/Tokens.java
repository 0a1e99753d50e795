package hraftd.kv;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All tokens of a store, by name and by hash. Immutable: a change makes another one, in a time that
 * grows with their number, as they are few and change seldom.
 */
public final class Tokens {

  /** No tokens. */
  public static final Tokens NONE = new Tokens(new TreeMap<>());

  /** All of them together, by {@link Token#weight}: so much of each node's memory they may take. */
  public static final long MAX_BYTES = 1L << 20;

  private final SortedMap<String, Token> byName;
  private final Map<TokenHash, Token> byHash = new HashMap<>();
  private final long bytes;

  private Tokens(SortedMap<String, Token> byName) {
    this.byName = byName;
    long sum = 0;
    for (Token token : byName.values()) {
      sum += token.weight();
      if (token.hash() != null) {
        byHash.put(token.hash(), token);
      }
    }
    this.bytes = sum;
  }

  /**
   * All of these.
   *
   * @throws IllegalArgumentException if two have one name
   */
  public static Tokens of(Collection<Token> all) {
    SortedMap<String, Token> byName = new TreeMap<>();
    for (Token token : all) {
      if (byName.put(token.name(), token) != null) {
        throw new IllegalArgumentException("two tokens of one name");
      }
    }
    return byName.isEmpty() ? NONE : new Tokens(byName);
  }

  /** True if there are none. */
  public boolean isEmpty() {
    return byName.isEmpty();
  }

  /** The token of a name; null if there is none. */
  public @Nullable Token named(String name) {
    return byName.get(name);
  }

  /** The token with a hash; null if there is none. */
  public @Nullable Token of(TokenHash hash) {
    return byHash.get(hash);
  }

  /** All, in the order of their names. */
  public Collection<Token> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** What they take, by {@link Token#weight}. */
  public long bytes() {
    return bytes;
  }

  /** These and one more, which takes the place of one of its name. */
  public Tokens with(Token token) {
    SortedMap<String, Token> next = new TreeMap<>(byName);
    next.put(token.name(), token);
    return new Tokens(next);
  }

  /** These without that of a name; itself if there is none. */
  public Tokens without(String name) {
    if (!byName.containsKey(name)) {
      return this;
    }
    SortedMap<String, Token> next = new TreeMap<>(byName);
    next.remove(name);
    return new Tokens(next);
  }

  /** These without those that are worth nothing any more at this time; itself if none is. */
  public Tokens withoutExpired(long nowMillis) {
    if (byName.values().stream().noneMatch(token -> token.isExpired(nowMillis))) {
      return this;
    }
    SortedMap<String, Token> left = new TreeMap<>(byName);
    left.values().removeIf(token -> token.isExpired(nowMillis));
    return new Tokens(left);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens tokens && byName.equals(tokens.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }
}
