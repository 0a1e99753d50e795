package hraftd.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.raft.sim.FaultySimulation;
import hraftd.raft.sim.RecordedRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every lesson reaches its stops, and what its text claims is so there. */
class LessonsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAX_BYTES = 64 << 20;

  /** So many are tried to say which would do. */
  private static final int SEEDS = 100;

  static List<JsonNode> lessons() {
    return Lessons.all();
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void whatItClaimsIsSo(JsonNode lesson) throws IOException {
    for (String field : List.of("name", "title", "section", "text")) {
      assertFalse(lesson.path(field).asText().isBlank(), field);
    }
    assertTrue(lesson.path("stops").size() >= 3, "a lesson stops now and then");
    String wrong = wrong(lesson, lesson.path("seed").longValue());
    assertEquals(null, wrong, () -> "seeds that would do: " + others(lesson));
  }

  /** Else the lesson would warn of something that does no harm. */
  @ParameterizedTest
  @MethodSource("lessonsWithFault")
  void withTheFaultItBreaksAPromise(JsonNode lesson) throws IOException {
    String fault = lesson.path("fault").textValue();
    List<JsonNode> events =
        run(
            lesson,
            (plan, out) ->
                new FaultySimulation(Museum.open().bug(fault).mutant())
                    .commanded(plan, fault, 0, MAX_BYTES, out));
    assertEquals("promise", events.get(events.size() - 2).path("event").asText());
  }

  static List<JsonNode> lessonsWithFault() {
    return lessons().stream().filter(lesson -> lesson.has("fault")).toList();
  }

  private static List<Integer> others(JsonNode lesson) {
    List<Integer> fit = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS && fit.size() < 3; seed++) {
      try {
        if (wrong(lesson, seed) == null) {
          fit.add(seed);
        }
      } catch (IllegalArgumentException e) {
        // What it claims is not told there.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return fit;
  }

  /** What is not as the lesson says; null if all is. */
  private static @Nullable String wrong(JsonNode lesson, long seed) throws IOException {
    ObjectNode other = lesson.<ObjectNode>deepCopy().put("seed", seed);
    List<JsonNode> events =
        run(other, (plan, out) -> RecordedRun.commanded(plan, "", 0, MAX_BYTES, out));
    JsonNode end = events.get(events.size() - 1);
    if (!end.path("text").isNull()) {
      return "it breaks something: " + end;
    }
    Facts facts = new Facts();
    int next = 0;
    int number = 0;
    for (JsonNode stop : lesson.path("stops")) {
      number++;
      if (stop.path("text").asText().isBlank()) {
        return "stop " + number + " says nothing";
      }
      while (next < events.size() && !fits(events.get(next), stop)) {
        facts.add(events.get(next++));
      }
      if (next == events.size()) {
        return "stop " + number + " is not reached: " + stop.path("when");
      }
      facts.add(events.get(next++));
      for (JsonNode fact : stop.path("holds")) {
        if (!facts.holds(fact.textValue())) {
          return "stop %d at %s: not so: %s, but %s"
              .formatted(number, events.get(next - 1).path("at"), fact, facts);
        }
      }
    }
    return null;
  }

  /** As the page has it. */
  private static boolean fits(JsonNode event, JsonNode stop) {
    if (event.path("at").asDouble(-1) < stop.path("after").asDouble(0)) {
      return false;
    }
    for (Map.Entry<String, JsonNode> field : stop.path("when").properties()) {
      JsonNode value = event.path(field.getKey());
      JsonNode wanted = field.getValue();
      boolean found = value.equals(wanted);
      for (JsonNode one : wanted) {
        found |= value.equals(one);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  /** What writes the run of a plan. */
  @FunctionalInterface
  private interface Recording {
    void write(String plan, OutputStream out) throws IOException;
  }

  private static List<JsonNode> run(JsonNode lesson, Recording recording) throws IOException {
    ObjectNode plan =
        JSON.createObjectNode()
            .put("seed", lesson.path("seed").longValue())
            .put("nodes", lesson.path("nodes").intValue())
            .put("until", lesson.path("until").doubleValue());
    plan.set("script", lesson.path("script"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    recording.write(plan.toString(), out);
    List<JsonNode> events = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).split("\n")) {
      events.add(JSON.readTree(line));
    }
    return events;
  }
}
