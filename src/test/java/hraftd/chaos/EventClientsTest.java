package hraftd.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventClientsTest {

  @Test
  void ofCommonMessagesOneInSixteenIsKeptAtBothEnds() {
    assertTrue(keeps("{'event':'msg','kind':'append','mark':'1230'}"));
    assertTrue(keeps("{'event':'recv','kind':'append','mark':'1230'}"));
    assertFalse(keeps("{'event':'msg','kind':'append','mark':'1231'}"));
    assertFalse(keeps("{'event':'recv','kind':'append','mark':'1231'}"));
    assertTrue(keeps("{'event':'msg','kind':'vote','mark':'1231'}"));
    assertTrue(keeps("{'event':'state','node':'n1'}"));
  }

  @Test
  void theBeginningOfANodesStreamAndATornLineAreNotKept() {
    assertFalse(keeps("{'event':'run','format':1}"));
    assertFalse(keeps("{'event':'sta"));
    assertFalse(keeps("{}"));
  }

  private static boolean keeps(String event) {
    return EventClients.isWorthKeeping(event.replace('\'', '"'));
  }

  @Test
  void aFaultIsTwoMomentsInTheTimeOfTheNodes() throws Exception {
    long now = System.nanoTime();
    Fault fault = new Fault("kill n1", List.of("n1"), now, now + TimeUnit.SECONDS.toNanos(2), true);
    double epoch = System.currentTimeMillis();
    List<String> lines = new EventClients(new Client()).finish("leader-kill", List.of(fault));
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).contains("\"source\":\"chaos\""), lines.get(0));
    double from = at(lines.get(1));
    assertEquals(epoch, from, 60_000);
    assertEquals(2000, at(lines.get(2)) - from, 1);
  }

  private static double at(String event) throws Exception {
    return new ObjectMapper().readTree(event).path("at").asDouble();
  }

  /** Everything is in the page itself: a page from a disk can load nothing. */
  @Test
  void thePageOfARunNeedsNothingElse(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("timeline.html");
    new Timeline(List.of(), List.of(), List.of())
        .write(file, "a </script> run", List.of("{\"event\":\"run\",\"format\":1}"));
    String page = Files.readString(file);
    assertFalse(page.contains("a </script> run"), "a title is text");
    assertFalse(page.matches("(?s).*(src|href)=.*"), "nothing is loaded");
    for (String module : List.of("model.js", "view.js", "player.js", "recorded.js")) {
      assertTrue(page.contains("make('" + module + "',"), module);
    }
    assertTrue(
        page.indexOf("make('dom.js'") < page.indexOf("make('view.js'"),
        "a module stands behind those that it needs");
  }
}
