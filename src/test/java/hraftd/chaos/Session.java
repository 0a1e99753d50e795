package hraftd.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client that asks one node for one thing at a time and writes down what it saw. Nothing is
 * recorded that an answer did not say. One thread.
 */
final class Session {

  private final String name;
  private final String node;
  private final String address;
  private final Client client;
  private final ClientHistory history;
  private final Map<String, Seen> lastSeen = new HashMap<>();
  private boolean refused;

  /** What this client read last of a key. */
  private record Seen(String value, long version) {}

  /**
   * @param name of this client
   * @param node the id of the node that it asks
   * @param address the node's
   */
  Session(String name, String node, String address, Client client, ClientHistory history) {
    this.name = name;
    this.node = node;
    this.address = address;
    this.client = client;
    this.history = history;
  }

  /** True if nobody took the last connection. */
  boolean refused() {
    return refused;
  }

  /** A value that nobody else writes. */
  String freshValue() {
    return name + "." + history.nextId();
  }

  void read(String key, Duration limit) {
    long invoked = System.nanoTime();
    NodeAnswer answer = client.get(address, Client.keyPath(key), limit);
    String observed = null;
    if (answer.ok()) {
      observed = answer.json().path(key).asText();
      lastSeen.put(key, new Seen(observed, answer.version()));
    } else if (answer.status() == 404 && "not_found".equals(answer.json().path("code").asText())) {
      observed = Operation.ABSENT;
      lastSeen.remove(key);
    }
    Outcome outcome = observed == null ? Outcome.UNKNOWN : Outcome.DONE;
    record(key, Kind.READ, null, null, invoked, outcome, observed, answer, answer.version());
  }

  boolean put(String key, Duration limit) {
    String value = freshValue();
    long invoked = System.nanoTime();
    NodeAnswer answer = client.send(address, "PUT", Client.keyPath(key), value, limit);
    Outcome outcome = outcome(answer);
    record(key, Kind.WRITE, null, value, invoked, outcome, null, answer, answer.revision());
    return outcome == Outcome.DONE;
  }

  void delete(String key, Duration limit) {
    long invoked = System.nanoTime();
    NodeAnswer answer = client.send(address, "DELETE", Client.keyPath(key), "", limit);
    Outcome outcome = outcome(answer);
    // That something was there says little and makes the search much wider: not recorded.
    boolean nothing = answer.ok() && answer.json().path("deleted").asInt(-1) == 0;
    String observed = nothing ? Operation.ABSENT : null;
    record(key, Kind.WRITE, null, Operation.ABSENT, invoked, outcome, observed, answer, -1);
  }

  /** Replaces what this client read last; creates the key if it saw none. */
  void replace(String key, Duration limit) {
    Seen seen = lastSeen.get(key);
    if (seen == null) {
      conditional(key, Operation.ABSENT, freshValue(), limit, "If-None-Match", "*");
    } else {
      conditional(key, seen.value, freshValue(), limit, "If-Match", "\"" + seen.version + "\"");
    }
  }

  /** As {@link #replace}, by value and in a transaction, which shows what is there if refused. */
  void exchange(String key, Duration limit) {
    Seen seen = lastSeen.get(key);
    String expected = seen == null ? Operation.ABSENT : seen.value;
    String value = freshValue();
    String condition = seen == null ? "\"absent\":true" : "\"value\":\"" + expected + "\"";
    String body =
        String.format(
            "{\"if\":[{\"key\":\"%s\",%s}],\"then\":[{\"put\":{\"key\":\"%s\",\"value\":\"%s\"}}],"
                + "\"else\":[{\"get\":\"%s\"}]}",
            key, condition, key, value, key);
    long invoked = System.nanoTime();
    NodeAnswer answer = client.post(address, "/txn", body, limit);
    boolean unmet = answer.ok() && !answer.json().path("succeeded").asBoolean();
    JsonNode met = answer.json().path("results").path(0);
    record(
        key,
        Kind.COMPARE_AND_WRITE,
        expected,
        value,
        invoked,
        unmet ? Outcome.UNMET : outcome(answer),
        unmet ? met.path("value").asText(Operation.ABSENT) : null,
        answer,
        unmet ? -1 : answer.revision());
  }

  /** Deletes what this client read last, if it is still there. */
  void deleteSeen(String key, Duration limit) {
    Seen seen = lastSeen.get(key);
    if (seen != null) {
      conditional(key, seen.value, Operation.ABSENT, limit, "If-Match", "\"" + seen.version + "\"");
    }
  }

  private void conditional(
      String key, String expected, String value, Duration limit, String... condition) {
    boolean delete = value.equals(Operation.ABSENT);
    long invoked = System.nanoTime();
    NodeAnswer answer =
        client.send(
            address,
            delete ? "DELETE" : "PUT",
            Client.keyPath(key),
            delete ? "" : value,
            limit,
            condition);
    record(key, expected, value, invoked, answer);
  }

  private void record(String key, String expected, String value, long invoked, NodeAnswer answer) {
    if (answer.status() == 412) {
      long met = answer.version();
      String observed = met < 0 ? Operation.ABSENT : null;
      record(
          key,
          Kind.COMPARE_AND_WRITE,
          expected,
          value,
          invoked,
          Outcome.UNMET,
          observed,
          answer,
          met);
    } else {
      long version = value.equals(Operation.ABSENT) ? -1 : answer.revision();
      record(
          key,
          Kind.COMPARE_AND_WRITE,
          expected,
          value,
          invoked,
          outcome(answer),
          null,
          answer,
          version);
    }
  }

  /**
   * Creates a key of its own, asking again with the same idempotency key while the outcome is
   * unknown.
   */
  boolean createOnce(String key, Duration limit, int tries) {
    String value = freshValue();
    long invoked = System.nanoTime();
    NodeAnswer answer = null;
    for (int i = 0; i < tries && (answer == null || unknown(answer)); i++) {
      answer =
          client.send(
              address,
              "PUT",
              Client.keyPath(key),
              value,
              limit,
              "If-None-Match",
              "*",
              "Idempotency-Key",
              value);
      // A later try that was refused says nothing about an earlier one that may have been taken.
      if (i > 0 && !answer.ok() && answer.status() != 412) {
        answer = new NodeAnswer(0, null, "", false);
      }
    }
    if (answer == null) {
      return false;
    }
    record(key, Operation.ABSENT, value, invoked, answer);
    return answer.ok();
  }

  private static boolean unknown(NodeAnswer answer) {
    return !answer.ok() && answer.status() != 412 && !answer.rejected();
  }

  /** Writes both keys of a pair in one request; they form one register. */
  void putPair(String pair, Duration limit) {
    String value = freshValue();
    String body = "{\"" + pair + "/a\":\"" + value + "\",\"" + pair + "/b\":\"" + value + "\"}";
    long invoked = System.nanoTime();
    NodeAnswer answer = client.post(address, "/key", body, limit);
    record(
        pair, Kind.WRITE, null, value, invoked, outcome(answer), null, answer, answer.revision());
  }

  /**
   * Reads both keys of a pair in one transaction; halves of two writes are a value that nobody
   * wrote.
   */
  void readPair(String pair, Duration limit) {
    String body = "{\"then\":[{\"get\":\"" + pair + "/a\"},{\"get\":\"" + pair + "/b\"}]}";
    long invoked = System.nanoTime();
    NodeAnswer answer = client.post(address, "/txn", body, limit);
    String observed = null;
    if (answer.ok()) {
      JsonNode results = answer.json().path("results");
      String first = results.path(0).path("value").asText(Operation.ABSENT);
      String second = results.path(1).path("value").asText(Operation.ABSENT);
      observed = first.equals(second) ? first : "torn: " + first + " and " + second;
    }
    Outcome outcome = observed == null ? Outcome.UNKNOWN : Outcome.DONE;
    record(pair, Kind.READ, null, null, invoked, outcome, observed, answer, -1);
  }

  private static Outcome outcome(NodeAnswer answer) {
    if (answer.ok()) {
      return Outcome.DONE;
    }
    return answer.rejected() ? Outcome.REJECTED : Outcome.UNKNOWN;
  }

  private void record(
      String register,
      Kind kind,
      @Nullable String expected,
      @Nullable String value,
      long invoked,
      Outcome outcome,
      @Nullable String observed,
      NodeAnswer answer,
      long version) {
    refused = answer.neverSent();
    history.record(
        new Operation(
            history.nextId(),
            name,
            node,
            register,
            kind,
            expected,
            value,
            invoked,
            System.nanoTime(),
            outcome,
            observed,
            outcome == Outcome.DONE || outcome == Outcome.UNMET ? answer.revision() : -1),
        version);
  }
}
