package hraftd.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.raft.sim.RecordedRun;
import org.jspecify.annotations.Nullable;

/**
 * What the page asks for: a plan of the simulation ({@link RecordedRun#commanded}), with two fields
 * more.
 *
 * @param plan as JSON; looked at
 * @param fault the name of a deliberate fault that the members have; empty: none
 * @param sinceMicros the page has what was before
 */
record RunRequest(String plan, String fault, long sinceMicros) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final double MAX_SINCE_MILLIS = 1e9;
  private static final int MICROS = 1000;

  /**
   * Reads a body.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong
   */
  static RunRequest parse(String body) {
    ObjectNode fields = object(body);
    String fault = text(fields.remove("fault"), "fault");
    JsonNode since = fields.remove("since");
    if (since != null
        && !(since.isNumber()
            && since.doubleValue() >= 0
            && since.doubleValue() <= MAX_SINCE_MILLIS)) {
      throw new IllegalArgumentException("since: milliseconds are needed");
    }
    String plan = fields.toString();
    RecordedRun.check(plan);
    return new RunRequest(
        plan, fault, since == null ? 0 : Math.round(since.doubleValue() * MICROS));
  }

  /** An object of JSON. */
  static ObjectNode object(String body) {
    try {
      if (JSON.readTree(body) instanceof ObjectNode fields) {
        return fields;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("an object of JSON is needed");
  }

  /** A text; empty if it is missing. */
  static String text(@Nullable JsonNode value, String field) {
    if (value == null) {
      return "";
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + ": a text is needed");
    }
    return value.textValue();
  }
}
