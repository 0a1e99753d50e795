package hraftd.http.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import hraftd.http.Code;
import hraftd.http.Json;
import hraftd.http.Problem;
import hraftd.kv.Command.Pair;
import hraftd.kv.Key;
import hraftd.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the body of POST /key: one JSON object of strings. */
final class PairsParser {

  /** So much of a key is said again. */
  private static final int SHOWN_BYTES = 64;

  /** They are one entry: while it is made and applied, nothing else is. */
  static final int MAX_PAIRS = 10_000;

  private PairsParser() {}

  /**
   * The pairs, in the order of the body.
   *
   * @param ttlMillis of each
   * @throws Problem 400 if the body is anything else, 413 if a key or value is too long, or there
   *     are more than {@link #MAX_PAIRS}
   */
  static List<Pair> parse(byte[] body, long ttlMillis) {
    Json.requireUtf8(body);
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.badRequest("the body must be a JSON object of strings, as in {\"k\":\"v\"}");
      }
      List<Pair> pairs = new ArrayList<>(1);
      Set<Key> seen = new HashSet<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (pairs.size() == MAX_PAIRS) {
          throw new Problem(
              Code.TOO_LARGE, "the body has more than " + MAX_PAIRS + " pairs, which is the limit");
        }
        pairs.add(pair(json, ttlMillis));
        if (!seen.add(pairs.get(pairs.size() - 1).key())) {
          throw Problem.badRequest("the key " + shown(json.currentName()) + " is there twice");
        }
      }
      if (json.nextToken() != null) {
        throw Problem.badRequest("something follows the JSON object");
      }
      if (pairs.isEmpty()) {
        throw Problem.badRequest("the JSON object is empty: there is nothing to write");
      }
      return pairs;
    } catch (IOException e) {
      throw Problem.badRequest("the body is not valid JSON: " + Json.reason(e));
    }
  }

  private static Pair pair(JsonParser json, long ttlMillis) throws IOException {
    String name = json.currentName();
    Key key = Limits.key(Json.utf8(name, "a key"), "the body");
    if (json.nextToken() != JsonToken.VALUE_STRING) {
      throw Problem.badRequest("the value of " + shown(name) + " is not a string");
    }
    byte[] value = Json.utf8(json.getText(), "a value");
    return new Pair(key, Limits.value(value, "the body"), ttlMillis);
  }

  private static String shown(String name) {
    return Printable.cut(name, SHOWN_BYTES);
  }
}
