package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A cluster that is commanded does what it is told, and nothing else by chance. */
class CommandedRunTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAX_BYTES = 64 << 20;

  private static byte[] run(String script, int until) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String plan =
        "{\"seed\":1,\"nodes\":3,\"until\":%d,\"script\":[%s]}"
            .formatted(until, script.replace('\'', '"'));
    try {
      RecordedRun.commanded(plan, "", 0, MAX_BYTES, out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static List<JsonNode> events(String script, int until) {
    List<JsonNode> events = new ArrayList<>();
    new String(run(script, until), StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              try {
                events.add(JSON.readTree(line));
              } catch (IOException e) {
                throw new IllegalStateException(line, e);
              }
            });
    assertEquals("run", events.get(0).path("event").asText());
    JsonNode end = events.get(events.size() - 1);
    assertTrue(end.path("text").isNull(), () -> "ended with " + end);
    return events;
  }

  private static long count(List<JsonNode> events, Predicate<JsonNode> which) {
    return events.stream().filter(which).count();
  }

  private static Predicate<JsonNode> moment(String kind) {
    return e -> e.path("event").asText().equals("moment") && e.path("kind").asText().equals(kind);
  }

  private static Predicate<JsonNode> has(String field, String value) {
    return e -> e.path(field).asText().equals(value);
  }

  private static JsonNode first(List<JsonNode> events, Predicate<JsonNode> which) {
    return events.stream().filter(which).findFirst().orElseThrow();
  }

  /** What the page shows as the past is what it was. */
  @Test
  void aRunIsAFunctionOfWhatItIsTold() {
    String script = "{'at':1200,'do':'write','node':'leader'},{'at':1300,'do':'crash','node':'n2'}";
    byte[] once = run(script, 2500);
    assertArrayEquals(once, run(script, 2500));
    String more = script + ",{'at':1900,'do':'power_off','node':'n1'}";
    List<JsonNode> before = events(script, 2500);
    List<JsonNode> after = events(more, 2500);
    int same = 0;
    while (same < before.size() && before.get(same).equals(after.get(same))) {
      same++;
    }
    assertTrue(before.get(same).path("at").asDouble() >= 1900, () -> "not the same: " + after);
    assertEquals(moment("power_off").test(after.get(same)), true);
  }

  @Test
  void somebodyLeadsAndWritesAndReadsAreAnswered() {
    List<JsonNode> events =
        events(
            "{'at':1500,'do':'write','node':'leader'},{'at':1500,'do':'read','node':'follower'}",
            2500);
    assertEquals(1, count(events, moment("leads")));
    assertEquals(1, count(events, moment("acked")));
    assertEquals(1, count(events, moment("answered")));
    assertTrue(first(events, moment("acked")).path("index").asLong() > 1);
    assertEquals(0, count(events, has("event", "drop")));
    assertEquals(0, count(events, moment("failed")));
  }

  @Test
  void whatIsNotOnTheDiskIsLostWithThePower() {
    String slow = "{'at':1490,'do':'slow_disk','node':'follower','millis':1000},";
    String write = "{'at':1500,'do':'write','node':'leader'},";
    String node = node("n1", "n2", "n3");
    List<JsonNode> events =
        events(slow + write + "{'at':1515,'do':'power_off','node':'" + node + "'}", 1600);
    JsonNode lost = first(events, moment("power_off"));
    assertTrue(lost.path("text").asText().contains("not on its disk"), lost::toString);
    JsonNode down = first(events, has("role", "down"));
    assertEquals(down.path("last").asLong(), down.path("synced").asLong());
    events = events(slow + write + "{'at':1515,'do':'crash','node':'" + node + "'}", 1600);
    assertFalse(
        first(events, moment("crash")).path("text").asText().contains("not on its disk"),
        "the system has what a process wrote");
  }

  /** The first voter that does not lead, as {@code follower} is. */
  private static String node(String... names) {
    String leader = first(events("", 1500), moment("leads")).path("node").asText();
    return List.of(names).stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
  }

  @Test
  void whatIsCutIsDroppedUntilItIsMended() {
    String cut = "{'at':1500,'do':'cut','node':'leader','other':'follower'}";
    String mend = ",{'at':1700,'do':'mend','node':'leader','other':'follower'}";
    List<JsonNode> events = events(cut + mend, 3000);
    assertEquals(2, count(events, moment("cut")));
    assertEquals(2, count(events, moment("mended")));
    assertTrue(count(events, has("event", "drop")) > 0);
    assertTrue(
        events.stream()
            .filter(has("event", "drop"))
            .allMatch(e -> e.path("at").asDouble() >= 1500 && e.path("at").asDouble() < 1701));
    String oneWay = "{'at':1500,'do':'cut','node':'leader','other':'follower','oneWay':true}";
    assertEquals(1, count(events(oneWay, 1600), moment("cut")));
  }

  @Test
  void aMessageIsDroppedOrDelayed() {
    List<JsonNode> events = events("", 2000);
    JsonNode sent =
        events.stream()
            .filter(has("event", "msg").and(has("kind", "append")))
            .filter(e -> e.path("at").asDouble() > 1500)
            .findFirst()
            .orElseThrow();
    String meant =
        "{'at':%s,'do':'%%s','node':'%s','mark':'%s'%%s}"
            .formatted(
                sent.path("at").asDouble() + 0.001,
                sent.path("node").asText(),
                sent.path("mark").asText());
    JsonNode drop = first(events(meant.formatted("drop", ""), 2000), has("event", "drop"));
    assertEquals("dropped", drop.path("why").asText());
    assertEquals(sent.path("mark"), drop.path("mark"));
    Predicate<JsonNode> arrives = has("event", "recv").and(has("mark", sent.path("mark").asText()));
    double late =
        first(events(meant.formatted("delay", ",'millis':40"), 2000), arrives)
            .path("at")
            .asDouble();
    assertEquals(40, late - first(events, arrives).path("at").asDouble(), 1);
  }

  @Test
  void membersComeAndGoAndLead() {
    String other = node("n1", "n2", "n3");
    List<JsonNode> events =
        events(
            "{'at':1500,'do':'add'},{'at':3000,'do':'transfer','node':'"
                + other
                + "'},{'at':4000,'do':'remove','node':'n4'}",
            6000);
    assertTrue(events.stream().anyMatch(e -> e.path("role").asText().equals("learner")));
    assertEquals(1, count(events, moment("leads").and(has("node", other))));
    assertEquals(1, count(events, moment("removed").and(has("node", "n4"))));
  }

  @Test
  void whoStandsStillHearsNothing() {
    List<JsonNode> events =
        events(
            "{'at':1500,'do':'freeze','node':'leader'},{'at':2500,'do':'thaw','node':'n1'},"
                + "{'at':2500,'do':'thaw','node':'n2'},{'at':2500,'do':'thaw','node':'n3'}",
            4000);
    assertEquals(1, count(events, has("role", "frozen")));
    JsonNode thawed = first(events, moment("thawed"));
    JsonNode next =
        events.stream()
            .filter(has("event", "state").and(has("node", thawed.path("node").asText())))
            .filter(e -> e.path("n").asLong() > thawed.path("n").asLong())
            .findFirst()
            .orElseThrow();
    assertEquals("leader", next.path("role").asText(), "it does not know of the other one yet");
    assertEquals(1, count(events, moment("thawed")));
    assertEquals(2, count(events, moment("leads")));
  }

  @Test
  void linksAndDisksAreSlow() {
    List<JsonNode> events =
        events(
            "{'at':1500,'do':'slow','node':'leader','other':'follower','millis':30},"
                + "{'at':1600,'do':'write','node':'leader'},"
                + "{'at':1700,'do':'start','node':'n1'},{'at':1700,'do':'read','node':'leader'}",
            2500);
    assertEquals(2, count(events, moment("slow")));
    assertEquals(1, count(events, moment("acked")));
    assertEquals(1, count(events, moment("answered")));
  }
}
