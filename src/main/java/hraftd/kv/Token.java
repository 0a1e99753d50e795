package hraftd.kv;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with the store: a name, the hash of the token that its holder shows, and rules.
 * Immutable; a part of the replicated state.
 *
 * <p>Times are those of people's clocks, as whoever makes a token means a date by its time to live;
 * the state only keeps them, and never compares them but with one that came in the same entry.
 *
 * @param name as {@link #checkName} wants it
 * @param hash of what its holder shows; null for {@link #ANONYMOUS} alone, whom everybody is
 * @param rules at most {@link #MAX_RULES}, each with a prefix of its own
 * @param createdMillis when it was made, in milliseconds since 1970
 * @param expiresMillis from when on it is worth nothing; 0: never
 * @param limits how much its holder may use
 */
public record Token(
    String name,
    @Nullable TokenHash hash,
    List<Rule> rules,
    long createdMillis,
    long expiresMillis,
    Limits limits) {

  /** The name of the rules for requests that show no token. */
  public static final String ANONYMOUS = "anonymous";

  /**
   * What the secret, everybody and nobody are called in an audit, and what is a path of its own.
   */
  private static final Set<String> RESERVED = Set.of("admin", "everybody", "-", "self");

  /** Names stand in every line of an audit. */
  public static final int MAX_NAME_CHARS = 128;

  /** More than a person can keep in mind. */
  public static final int MAX_RULES = 100;

  /**
   * How much the holder of a token may use.
   *
   * @param requestsPerSecond on each node; 0: as many as there are
   * @param bytes of keys and values under the prefixes that it may write; 0: as many as fit
   */
  public record Limits(long requestsPerSecond, long bytes) {

    /** None at all. */
    public static final Limits NONE = new Limits(0, 0);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Limits {
      if (requestsPerSecond < 0 || bytes < 0) {
        throw new IllegalArgumentException("a limit below 0");
      }
    }
  }

  /**
   * Copies, and checks what whoever reads one relies on.
   *
   * @throws IllegalArgumentException if a part of it is out of its range, or two rules have one
   *     prefix
   */
  public Token {
    rules = List.copyOf(rules);
    checkName(name);
    if (name.equals(ANONYMOUS) != (hash == null)) {
      throw new IllegalArgumentException("only '" + ANONYMOUS + "' has no token to show");
    }
    if (createdMillis < 0 || expiresMillis < 0) {
      throw new IllegalArgumentException("a token of a time before 1970");
    }
    if (rules.size() > MAX_RULES) {
      throw new IllegalArgumentException("a token with " + rules.size() + " rules");
    }
    Set<Key> prefixes = new HashSet<>();
    for (Rule rule : rules) {
      if (rule.prefix().bytes().length > Key.MAX_BYTES) {
        throw new IllegalArgumentException("a prefix longer than a key");
      }
      if (!prefixes.add(rule.prefix())) {
        throw new IllegalArgumentException("two rules for one prefix");
      }
    }
  }

  /**
   * Checks that a token can have this name: it stands in every line of an audit, where it must not
   * pass for another, and in paths.
   *
   * @throws IllegalArgumentException if it is not of 1 to {@link #MAX_NAME_CHARS} letters and
   *     digits of ASCII and {@code . _ - @ + /}, or means something else already
   */
  public static void checkName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
      throw new IllegalArgumentException("a token's name of " + name.length() + " characters");
    }
    if (!name.chars().allMatch(Token::isOfName)) {
      throw new IllegalArgumentException(
          "a token's name with other characters than letters, digits and . _ - @ + /");
    }
    if (RESERVED.contains(name)) {
      throw new IllegalArgumentException("'" + name + "' means something else than a token");
    }
  }

  private static boolean isOfName(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._-@+/".indexOf(c) >= 0;
  }

  /** True if it is worth nothing any more at this time, in milliseconds since 1970. */
  public boolean isExpired(long nowMillis) {
    return expiresMillis != 0 && expiresMillis <= nowMillis;
  }

  /** About how many bytes it takes in memory, in the log and in snapshots. */
  public long weight() {
    long bytes = 200 + 2L * name.length();
    for (Rule rule : rules) {
      bytes += 64 + rule.prefix().bytes().length;
    }
    return bytes;
  }
}
