package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a commanded run is a function of, as JSON has it: {@code
 * {"seed":1,"nodes":3,"script":[{"at":1500,"do":"crash","node":"n1"}],"until":5000}}. Times are in
 * milliseconds there, with up to six decimals.
 *
 * @param nodes how many there are at first
 * @param script what is done, and when
 * @param until when it ends, in nanoseconds
 */
record SimPlan(long seed, int nodes, List<SimCommand> script, long until) {

  /** Ten hours of looking, if one does something every minute; read in a moment. */
  static final int MAX_COMMANDS = 600;

  /** Two minutes: some seconds of computing, and all that somebody has the patience to see. */
  static final long MAX_UNTIL_MILLIS = 120_000;

  /** What every reader of JSON takes as it is. */
  static final long MAX_SEED = 1L << 53;

  private static final long MAX_MILLIS = 60_000;
  private static final int MAX_NAME = 32;
  private static final int MAX_FIELDS = 8;
  private static final Set<Integer> SIZES = Set.of(3, 5, 7);
  private static final Set<String> FIELDS = Set.of("seed", "nodes", "script", "until");
  private static final Set<String> OF_COMMANDS =
      Set.of("at", "when", "do", "node", "other", "oneWay", "kind", "mark", "millis");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong
   */
  static SimPlan parse(String json) {
    JsonNode plan = object(json, FIELDS);
    List<SimCommand> commands = new ArrayList<>();
    JsonNode script = plan.path("script");
    check(script.isArray(), "script: a list of commands is needed");
    check(script.size() <= MAX_COMMANDS, "script: more than " + MAX_COMMANDS + " commands");
    for (JsonNode command : script) {
      commands.add(command("script[" + commands.size() + "]", command));
    }
    return new SimPlan(
        whole(plan, "seed", 0, MAX_SEED),
        size(plan.path("nodes")),
        List.copyOf(commands),
        time("", plan, "until", MAX_UNTIL_MILLIS));
  }

  /**
   * Reads an object with no other fields than these.
   *
   * @throws IllegalArgumentException if it is none
   */
  static JsonNode object(String json, Set<String> fields) {
    try {
      JsonNode object = JSON.readTree(json);
      check(object != null && object.isObject(), "an object of JSON is needed");
      known("", object, fields);
      return object;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if this field has none, or one out of these bounds
   */
  static long whole(JsonNode object, String field, long least, long most) {
    JsonNode value = object.path(field);
    check(
        value.canConvertToExactIntegral()
            && value.canConvertToLong()
            && value.longValue() >= least
            && value.longValue() <= most,
        field + ": a whole number from " + least + " to " + most + " is needed");
    return value.longValue();
  }

  private static int size(JsonNode nodes) {
    check(
        nodes.canConvertToExactIntegral()
            && nodes.canConvertToInt()
            && SIZES.contains(nodes.intValue()),
        "nodes: 3, 5 or 7");
    return nodes.intValue();
  }

  private static SimCommand command(String where, JsonNode command) {
    check(command.isObject(), where + ": an object is needed");
    known(where + ".", command, OF_COMMANDS);
    SimCommand.Verb verb = verb(where, text(where, command, "do"));
    SimCommand parsed =
        new SimCommand(
            time(where + ".", command, "at", MAX_UNTIL_MILLIS),
            when(where, command),
            verb,
            text(where, command, "node"),
            text(where, command, "other"),
            flag(where, command, "oneWay"),
            text(where, command, "kind"),
            text(where, command, "mark"),
            command.has("millis") ? time(where + ".", command, "millis", MAX_MILLIS) : -1);
    String missing = parsed.missing();
    check(missing == null, where + ": " + verb.word() + " needs " + missing);
    return parsed;
  }

  private static @Nullable JsonNode when(String where, JsonNode command) {
    JsonNode when = command.get("when");
    if (when == null) {
      return null;
    }
    check(
        when.isObject() && !when.isEmpty() && when.size() <= MAX_FIELDS,
        where + ".when: fields of an event are needed");
    for (JsonNode value : when) {
      check(value.isValueNode(), where + ".when: a text or a number is needed for each field");
    }
    return when;
  }

  private static SimCommand.Verb verb(String where, String word) {
    for (SimCommand.Verb verb : SimCommand.Verb.values()) {
      if (verb.word().equals(word)) {
        return verb;
      }
    }
    throw new IllegalArgumentException(where + ".do: nobody can '" + word + "'");
  }

  /** False if it is missing. */
  private static boolean flag(String where, JsonNode object, String field) {
    JsonNode value = object.path(field);
    check(
        value.isMissingNode() || value.isBoolean(),
        where + "." + field + ": true or false is needed");
    return value.booleanValue();
  }

  private static String text(String where, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) {
      return "";
    }
    String text = value.textValue();
    check(
        text != null && text.matches("[A-Za-z0-9_-]{1," + MAX_NAME + "}"),
        where + "." + field + ": no name");
    return text;
  }

  private static long time(String where, JsonNode object, String field, long mostMillis) {
    JsonNode value = object.path(field);
    check(
        value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= mostMillis,
        where + field + ": milliseconds from 0 to " + mostMillis + " are needed");
    return Math.round(value.doubleValue() * MILLI);
  }

  private static void known(String where, JsonNode object, Set<String> fields) {
    Set<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(fields);
    check(unknown.isEmpty(), where + String.join(", ", unknown) + ": has no meaning");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
