package hraftd.security;

import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends a request, and what that one may do. Immutable: as it was when the request came.
 *
 * <p>With keys the rule with the longest prefix decides, and without one nothing is allowed. What
 * concerns the whole cluster is for those alone who have {@link Right#ADMIN} on all keys.
 */
public final class Caller {

  /** Everybody, where nobody is asked who they are. */
  public static final Caller EVERYBODY = new Caller("everybody", all(Right.ADMIN), null, false);

  /** Who shows the secret: another node, or the admin. */
  public static final Caller SECRET = new Caller("admin", all(Right.ADMIN), null, true);

  /** Who shows nothing, where {@code anonymous} has no rules. */
  public static final Caller NOBODY = new Caller(Token.ANONYMOUS, List.of(), null, false);

  private final String name;
  private final List<Rule> rules;
  private final @Nullable Token token;
  private final boolean hasSecret;

  private Caller(String name, List<Rule> rules, @Nullable Token token, boolean hasSecret) {
    this.name = name;
    this.rules = rules;
    this.token = token;
    this.hasSecret = hasSecret;
  }

  private static List<Rule> all(Right right) {
    return List.of(new Rule(Key.of(""), right));
  }

  /** The holder of a token, or whoever shows none if that is {@link Token#ANONYMOUS}. */
  public static Caller of(Token token) {
    return new Caller(token.name(), token.rules(), token, false);
  }

  /** For people, and for the audit. */
  public String name() {
    return name;
  }

  /** What is allowed, as it was given. */
  public List<Rule> rules() {
    return rules;
  }

  /** The token that was shown; null if it was none that a client is given. */
  public @Nullable Token token() {
    return token;
  }

  /** True if a token was shown, or the secret. */
  public boolean hasToken() {
    return hasSecret || (token != null && token.hash() != null);
  }

  /** True if nothing but the secret was needed: so another node may come. */
  public boolean hasSecret() {
    return hasSecret;
  }

  /** True if this one may do at least that with a key. */
  public boolean may(Right right, Key key) {
    Rule rule = longest(key);
    return rule != null && rule.may().covers(right);
  }

  /** True if this one may do at least that with every key that begins so. */
  public boolean mayAll(Right right, Key prefix) {
    if (!may(right, prefix)) {
      return false;
    }
    for (Rule rule : rules) {
      if (rule.prefix().startsWith(prefix) && !rule.may().covers(right)) {
        return false;
      }
    }
    return true;
  }

  /** True if this one may do what concerns the whole cluster. */
  public boolean isAdmin() {
    return may(Right.ADMIN, Key.of(""));
  }

  private @Nullable Rule longest(Key key) {
    Rule found = null;
    for (Rule rule : rules) {
      if (key.startsWith(rule.prefix())
          && (found == null || rule.prefix().bytes().length > found.prefix().bytes().length)) {
        found = rule;
      }
    }
    return found;
  }
}
