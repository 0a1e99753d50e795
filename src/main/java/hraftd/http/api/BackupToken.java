package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Json;
import hraftd.http.Problem;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.text.Printable;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token's line in a backup. What it does not know is refused, not passed over as in a key's: it
 * may be what keeps the token's holder from something.
 */
final class BackupToken {

  private static final byte[] START = {'{', '"', 't', 'o', 'k', 'e', 'n', '"'};

  private static final Set<String> FIELDS =
      Set.of("token", "sha256", "rules", "created", "expires", "limits");
  private static final Set<String> RULE_FIELDS = Set.of("prefix", "prefix64", "may");
  private static final Set<String> LIMIT_FIELDS = Set.of("requests_per_s", "bytes");

  /** So much of what should be something else is said again. */
  private static final int SHOWN_BYTES = 64;

  private BackupToken() {}

  /** True if a line begins as one of these does. */
  static boolean isOne(byte[] line) {
    return Arrays.equals(line, 0, Math.min(line.length, START.length), START, 0, START.length);
  }

  /** Writes the object. */
  static void write(JsonGenerator json, Token token) throws IOException {
    json.writeStartObject();
    json.writeStringField("token", token.name());
    TokenHash hash = token.hash();
    if (hash != null) {
      json.writeStringField("sha256", HexFormat.of().formatHex(hash.bytes()));
    }
    TokenFields.writeRules(json, token.rules());
    json.writeStringField("created", Instant.ofEpochMilli(token.createdMillis()).toString());
    if (token.expiresMillis() != 0) {
      json.writeStringField("expires", Instant.ofEpochMilli(token.expiresMillis()).toString());
    }
    TokenFields.writeLimits(json, token.limits());
    json.writeEndObject();
  }

  /**
   * Reads one.
   *
   * @param where names the line in the error
   * @throws Problem 400 if it is none, or has a field that this version does not know
   */
  static Token read(byte[] line, String where) {
    try {
      JsonNode said = Json.object(line);
      checkFields(said, FIELDS);
      List<Rule> rules = new ArrayList<>();
      for (JsonNode rule : array(said.path("rules"))) {
        rules.add(rule(rule));
      }
      JsonNode limits = said.path("limits");
      checkFields(limits, LIMIT_FIELDS);
      return new Token(
          text(said, "token"),
          said.has("sha256") ? hash(text(said, "sha256")) : null,
          rules,
          millis(text(said, "created")),
          said.has("expires") ? expires(text(said, "expires")) : 0,
          new Token.Limits(number(limits, "requests_per_s"), number(limits, "bytes")));
    } catch (Problem e) {
      throw damaged(where, e.detail());
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw damaged(where, e.getMessage());
    }
  }

  private static Problem damaged(String where, @Nullable String why) {
    return Problem.badRequest(where + " is no token: " + why);
  }

  private static Rule rule(JsonNode said) {
    checkFields(said, RULE_FIELDS);
    if (said.has("prefix") == said.has("prefix64")) {
      throw new IllegalArgumentException("a rule has one of 'prefix' and 'prefix64'");
    }
    byte[] prefix =
        said.has("prefix")
            ? Json.utf8(text(said, "prefix"), "'prefix'")
            : Base64.getDecoder().decode(text(said, "prefix64"));
    return new Rule(new Key(prefix), right(text(said, "may")));
  }

  private static Right right(String word) {
    Right right = TokenFields.right(word);
    if (right == null) {
      throw new IllegalArgumentException("'" + Printable.cut(word, SHOWN_BYTES) + "' is no right");
    }
    return right;
  }

  private static TokenHash hash(String hex) {
    return new TokenHash(HexFormat.of().parseHex(hex));
  }

  private static long millis(String time) {
    return Instant.parse(time).toEpochMilli();
  }

  /** The moment that means never is none at which one could expire. */
  private static long expires(String time) {
    long millis = millis(time);
    if (millis <= 0) {
      throw new IllegalArgumentException("a token that expires before there was any");
    }
    return millis;
  }

  private static JsonNode array(JsonNode said) {
    if (!said.isArray()) {
      throw new IllegalArgumentException("'rules' is not a list");
    }
    return said;
  }

  private static String text(JsonNode object, String name) {
    JsonNode said = object.path(name);
    if (!said.isTextual()) {
      throw new IllegalArgumentException("'" + name + "' is not a string");
    }
    return said.textValue();
  }

  private static long number(JsonNode object, String name) {
    JsonNode said = object.path(name);
    if (said.isMissingNode()) {
      return 0;
    }
    if (!said.isIntegralNumber() || !said.canConvertToLong()) {
      throw new IllegalArgumentException("'" + name + "' is not a number");
    }
    return said.longValue();
  }

  private static void checkFields(JsonNode object, Set<String> known) {
    if (!object.isObject() && !object.isMissingNode()) {
      throw new IllegalArgumentException("what should be an object is none");
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "'" + Printable.cut(name, SHOWN_BYTES) + "' is not known to this version");
      }
    }
  }
}
