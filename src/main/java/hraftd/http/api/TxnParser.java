package hraftd.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Durations;
import hraftd.http.Json;
import hraftd.http.Problem;
import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Command.Txn;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the body of POST /txn. An error names the faulty part, as in {@code then[3]}. */
final class TxnParser {

  /** The most operations, {@code then} and {@code else} together, and the most conditions. */
  static final int MAX_OPERATIONS = 128;

  private TxnParser() {}

  /**
   * The transaction.
   *
   * @throws Problem 400 if the body is anything else, 413 if a key or value is too long
   */
  static Txn parse(byte[] body) {
    JsonNode json = Json.object(body);
    Json.onlyFields(json, "the body", Set.of("if", "then", "else"));
    List<Condition> conditions = list(json, "if", TxnParser::condition);
    List<Operation> then = list(json, "then", TxnParser::operation);
    List<Operation> otherwise = list(json, "else", TxnParser::operation);
    if (conditions.size() > MAX_OPERATIONS) {
      throw Problem.badRequest(
          "'if' has " + conditions.size() + " conditions, the limit is " + MAX_OPERATIONS);
    }
    int operations = then.size() + otherwise.size();
    if (operations > MAX_OPERATIONS) {
      throw Problem.badRequest(
          "'then' and 'else' have "
              + operations
              + " operations together, the limit is "
              + MAX_OPERATIONS);
    }
    return new Txn(conditions, then, otherwise);
  }

  private static <T> List<T> list(
      JsonNode json, String name, BiFunction<JsonNode, String, T> element) {
    JsonNode array = json.get(name);
    if (array == null) {
      return List.of();
    }
    if (!array.isArray()) {
      throw Problem.badRequest("'" + name + "' is not an array");
    }
    List<T> elements = new ArrayList<>(array.size());
    for (JsonNode node : array) {
      String where = name + "[" + elements.size() + "]";
      if (!node.isObject()) {
        throw Problem.badRequest(where + " is not an object");
      }
      elements.add(element.apply(node, where));
    }
    return elements;
  }

  private static Condition condition(JsonNode node, String where) {
    Json.onlyFields(node, where, Set.of("key", "version", "absent", "exists", "value"));
    Key key = key(node.get("key"), where);
    if (node.size() != 2) {
      throw Problem.badRequest(
          where + ": give 'key' and one of 'version', 'absent', 'exists', 'value'");
    }
    if (node.has("value")) {
      return new Condition.ValueIs(key, value(node.get("value"), where));
    }
    if (node.has("version")) {
      JsonNode version = node.get("version");
      if (!version.isIntegralNumber() || !version.canConvertToLong() || version.asLong() < 0) {
        throw Problem.badRequest(where + ": 'version' is not a whole number from 0");
      }
      // No key has version 0, so as in etcd it stands for a key that does not exist.
      return new Condition.Holds(
          key, version.asLong() == 0 ? new Guard.Absent() : new Guard.VersionIs(version.asLong()));
    }
    String name = node.has("absent") ? "absent" : "exists";
    if (!node.get(name).isBoolean()) {
      throw Problem.badRequest(where + ": '" + name + "' is not true or false");
    }
    boolean absent = name.equals("absent") == node.get(name).asBoolean();
    return new Condition.Holds(key, absent ? new Guard.Absent() : new Guard.Exists());
  }

  private static Operation operation(JsonNode node, String where) {
    Json.onlyFields(node, where, Set.of("put", "delete", "get"));
    if (node.size() != 1) {
      throw Problem.badRequest(where + ": give one of 'put', 'delete', 'get'");
    }
    if (node.has("put")) {
      return new Operation.PutKey(pair(node.get("put"), where));
    }
    return node.has("delete")
        ? new Operation.DeleteKey(key(node.get("delete"), where))
        : new Operation.GetKey(key(node.get("get"), where));
  }

  private static Pair pair(JsonNode put, String where) {
    if (!put.isObject()) {
      throw Problem.badRequest(where + ": 'put' is not an object");
    }
    Json.onlyFields(put, where, Set.of("key", "value", "ttl"));
    Key key = key(put.get("key"), where);
    byte[] value = value(put.get("value"), where);
    JsonNode ttl = put.get("ttl");
    if (ttl == null) {
      return new Pair(key, value, 0);
    }
    if (!ttl.isTextual()) {
      throw Problem.badRequest(where + ": 'ttl' is not a duration such as \"30s\"");
    }
    try {
      return new Pair(key, value, Ttl.millis(Durations.parse(ttl.asText()), where + ": 'ttl'"));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(where + ": 'ttl': " + e.getMessage());
    }
  }

  private static Key key(@Nullable JsonNode node, String where) {
    if (node == null || !node.isTextual()) {
      throw Problem.badRequest(where + ": the key is missing or not a string");
    }
    return Limits.key(Json.utf8(node.asText(), where + ": the key"), where);
  }

  private static byte[] value(@Nullable JsonNode node, String where) {
    if (node == null || !node.isTextual()) {
      throw Problem.badRequest(where + ": 'value' is missing or not a string");
    }
    return Limits.value(Json.utf8(node.asText(), where + ": the value"), where);
  }
}
