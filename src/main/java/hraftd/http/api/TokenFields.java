package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Json;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a token's rules and limits stand in JSON, in answers and in backups. */
final class TokenFields {

  private TokenFields() {}

  /** Adds {@code rules}. */
  static void writeRules(JsonGenerator json, List<Rule> rules) throws IOException {
    json.writeArrayFieldStart("rules");
    for (Rule rule : rules) {
      json.writeStartObject();
      Json.writeBytes(json, "prefix", rule.prefix().bytes());
      json.writeStringField("may", word(rule.may()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Adds {@code limits}, if there are any. */
  static void writeLimits(JsonGenerator json, Token.Limits limits) throws IOException {
    if (limits.equals(Token.Limits.NONE)) {
      return;
    }
    json.writeObjectFieldStart("limits");
    if (limits.requestsPerSecond() != 0) {
      json.writeNumberField("requests_per_s", limits.requestsPerSecond());
    }
    if (limits.bytes() != 0) {
      json.writeNumberField("bytes", limits.bytes());
    }
    json.writeEndObject();
  }

  /** How a right is written. */
  static String word(Right right) {
    return right.name().toLowerCase(Locale.ROOT);
  }

  /** The right that is written so; null if none is. */
  static @Nullable Right right(String word) {
    for (Right right : Right.values()) {
      if (word(right).equals(word)) {
        return right;
      }
    }
    return null;
  }
}
