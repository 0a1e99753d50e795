package hraftd.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is so at a moment of a run, as its events tell: what lessons claim is held to it. A fact is
 * two terms with an operator between them, as {@code n1.commit >= 3}, {@code n3.entry2 = n1.entry2}
 * (the terms of these entries), {@code leaders = 1} or {@code moments.leads = 2}.
 */
final class Facts {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<String> ABSENT = Set.of("down", "frozen");

  /** The newest picture of each member. */
  private final Map<String, JsonNode> states = new HashMap<>();

  /** How many moments there were of each kind. */
  private final Map<String, Integer> moments = new HashMap<>();

  /** Takes the next event. */
  void add(JsonNode event) {
    switch (event.path("event").asText()) {
      case "state" -> states.put(event.path("node").asText(), event);
      case "moment" -> moments.merge(event.path("kind").asText(), 1, Integer::sum);
      default -> {}
    }
  }

  /**
   * True if a fact holds now.
   *
   * @throws IllegalArgumentException if it is none, or is about something that no event has told
   */
  boolean holds(String fact) {
    String[] words = fact.split(" ");
    if (words.length != 3) {
      throw new IllegalArgumentException("no fact: " + fact);
    }
    JsonNode left = value(words[0]);
    JsonNode right = value(words[2]);
    if (left.isMissingNode() || right.isMissingNode()) {
      throw new IllegalArgumentException("nobody tells this: " + fact);
    }
    return switch (words[1]) {
      case "=" -> left.asText().equals(right.asText());
      case "!=" -> !left.asText().equals(right.asText());
      case "<" -> number(left, fact) < number(right, fact);
      case "<=" -> number(left, fact) <= number(right, fact);
      case ">" -> number(left, fact) > number(right, fact);
      case ">=" -> number(left, fact) >= number(right, fact);
      default -> throw new IllegalArgumentException("no fact: " + fact);
    };
  }

  private static long number(JsonNode value, String fact) {
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException(value + " is no number in " + fact);
    }
    return value.longValue();
  }

  private JsonNode value(String term) {
    if (term.matches("\\d+")) {
      return JSON.numberNode(Long.parseLong(term));
    } else if (term.equals("leaders")) {
      return JSON.numberNode(
          states.values().stream().filter(s -> s.path("role").asText().equals("leader")).count());
    } else if (term.equals("absent")) {
      return JSON.numberNode(
          states.values().stream().filter(s -> ABSENT.contains(s.path("role").asText())).count());
    }
    int dot = term.indexOf('.');
    if (dot < 0) {
      return JSON.textNode(term);
    }
    String of = term.substring(0, dot);
    String field = term.substring(dot + 1);
    if (of.equals("moments")) {
      return JSON.numberNode(moments.getOrDefault(field, 0));
    }
    JsonNode state = states.getOrDefault(of, JSON.objectNode());
    return field.matches("entry\\d+")
        ? entry(state, Long.parseLong(field.substring("entry".length())))
        : state.path(field);
  }

  /** The term of an entry; missing if the log does not have it. */
  private static JsonNode entry(JsonNode state, long index) {
    for (JsonNode cell : state.path("tape")) {
      if (cell.path(0).longValue() == index) {
        return cell.path(1);
      }
    }
    return JSON.missingNode();
  }

  @Override
  public String toString() {
    return states.values() + " " + moments;
  }
}
