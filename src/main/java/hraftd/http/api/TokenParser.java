package hraftd.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Durations;
import hraftd.http.Json;
import hraftd.http.Problem;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of POST /token. An error names the faulty part, as in {@code rules[3]}. */
final class TokenParser {

  /** Longer than any token should live. */
  private static final Duration MAX_TTL = Duration.ofDays(36_500);

  /** Exact in every JSON reader. */
  private static final long MAX_LIMIT = 1L << 52;

  private TokenParser() {}

  /**
   * What a token is to be.
   *
   * @param ttl how long it is worth something; null: for ever
   */
  record Asked(String name, List<Rule> rules, @Nullable Duration ttl, Token.Limits limits) {}

  /**
   * The body.
   *
   * @throws Problem 400 if it is anything else
   */
  static Asked parse(byte[] body) {
    JsonNode json = Json.object(body);
    Json.onlyFields(json, "the body", Set.of("name", "rules", "ttl", "limits"));
    JsonNode name = json.get("name");
    if (name == null || !name.isTextual()) {
      throw Problem.badRequest("'name' is not a string");
    }
    return new Asked(name(name.asText()), rules(json), ttl(json.get("ttl")), limits(json));
  }

  /**
   * A token's name.
   *
   * @throws Problem 400 if it is none
   */
  static String name(String text) {
    try {
      Token.checkName(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("'name': " + e.getMessage());
    }
    return text;
  }

  private static List<Rule> rules(JsonNode json) {
    JsonNode array = json.get("rules");
    if (array == null || !array.isArray()) {
      throw Problem.badRequest("'rules' is not an array");
    }
    if (array.size() > Token.MAX_RULES) {
      throw Problem.badRequest(
          "'rules' has " + array.size() + " rules, the limit is " + Token.MAX_RULES);
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode node : array) {
      String where = "rules[" + rules.size() + "]";
      Rule rule = rule(node, where);
      if (rules.stream().anyMatch(other -> other.prefix().equals(rule.prefix()))) {
        throw Problem.badRequest(where + ": there is a rule for this prefix already");
      }
      rules.add(rule);
    }
    return rules;
  }

  private static Rule rule(JsonNode node, String where) {
    if (!node.isObject()) {
      throw Problem.badRequest(where + " is not an object");
    }
    Json.onlyFields(node, where, Set.of("prefix", "may"));
    JsonNode prefix = node.get("prefix");
    JsonNode may = node.get("may");
    if (prefix == null || !prefix.isTextual()) {
      throw Problem.badRequest(where + ": 'prefix' is not a string");
    }
    Key key = Limits.prefix(Json.utf8(prefix.asText(), where + ": 'prefix'"));
    Right right = may == null ? null : TokenFields.right(may.asText());
    if (right == null) {
      throw Problem.badRequest(where + ": 'may' is 'read', 'write' or 'admin'");
    }
    if (right == Right.ADMIN && key.bytes().length > 0) {
      throw Problem.badRequest(
          where
              + ": 'admin' is of the whole cluster, so its prefix is empty; with keys it is 'write'");
    }
    return new Rule(key, right);
  }

  private static @Nullable Duration ttl(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    try {
      Duration ttl = Durations.parse(node.asText());
      if (!ttl.isZero() && ttl.compareTo(MAX_TTL) <= 0) {
        return ttl;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw Problem.badRequest("'ttl' is a duration of at most 876000h, as \"720h\"");
  }

  private static Token.Limits limits(JsonNode json) {
    JsonNode node = json.get("limits");
    if (node == null) {
      return Token.Limits.NONE;
    }
    if (!node.isObject()) {
      throw Problem.badRequest("'limits' is not an object");
    }
    Json.onlyFields(node, "'limits'", Set.of("requests_per_s", "bytes"));
    return new Token.Limits(limit(node, "requests_per_s"), limit(node, "bytes"));
  }

  private static long limit(JsonNode node, String name) {
    JsonNode limit = node.get(name);
    if (limit == null) {
      return 0;
    }
    if (!limit.isIntegralNumber()
        || !limit.canConvertToLong()
        || limit.asLong() < 1
        || limit.asLong() > MAX_LIMIT) {
      throw Problem.badRequest("'" + name + "' is not a whole number from 1");
    }
    return limit.asLong();
  }
}
