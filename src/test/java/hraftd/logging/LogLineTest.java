package hraftd.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Each event has time and level; in JSON each is an object. */
class LogLineTest {

  private static final Instant TIME = Instant.parse("2026-11-27T19:06:01.118Z");

  private static JsonNode json(String message, @Nullable Throwable failure) throws Exception {
    String line = LogFormat.json(TIME, Level.WARN, "hraftd.cluster.Setup", message, failure);
    assertEquals(-1, line.indexOf('\n'), "one line");
    return new ObjectMapper().readTree(line);
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  @Test
  void textIsForPeople() {
    String line = LogFormat.TEXT.line(TIME, Level.WARN, "hraftd.cluster.Setup", "not yet");
    assertEquals(TIME, time(line.substring(0, line.indexOf(' '))));
    assertEquals(" WARN Setup - not yet", line.substring(line.indexOf(' ')));
  }

  @Test
  void jsonIsForPrograms() throws Exception {
    String message = "a \"word\" \\ of\nothers: \u0007 \u00e4 \ud83d\ude00";
    JsonNode line = json(message, null);
    assertEquals(TIME, time(line.path("time").textValue()));
    assertEquals("warn", line.path("level").textValue());
    assertEquals("hraftd.cluster.Setup", line.path("logger").textValue());
    assertEquals(message, line.path("message").textValue());
    assertEquals(4, line.size());
  }

  @Test
  void aLevelThatTheSystemSaysStaysUnlessAnotherIsAskedFor() {
    String own = LogLevels.PREFIX + "hraftd";
    String before = System.getProperty(own);
    try {
      System.setProperty(own, "error");
      LogFormat.TEXT.begin(Level.INFO);
      assertEquals("error", System.getProperty(own));
      LogFormat.TEXT.begin(Level.DEBUG);
      assertEquals("debug", System.getProperty(own));
      System.clearProperty(own);
      LogFormat.TEXT.begin(Level.INFO);
      assertEquals("info", System.getProperty(own));
    } finally {
      if (before == null) {
        System.clearProperty(own);
      } else {
        System.setProperty(own, before);
      }
    }
  }

  @Test
  void aStackTraceIsOneFieldOfJson() throws Exception {
    JsonNode line = json("failed", new IllegalStateException("why"));
    String trace = line.path("exception").textValue();
    assertTrue(trace.startsWith("java.lang.IllegalStateException: why\n\tat "), trace);
    assertEquals(5, line.size());
  }
}
