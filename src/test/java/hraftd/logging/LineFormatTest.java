package hraftd.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Each line of the log has time and level; in JSON each is an object. */
class LineFormatTest {

  private static final Instant TIME = Instant.parse("2026-11-27T19:06:01.118Z");

  private static String write(LineFormat format, String message, @Nullable Throwable failure) {
    return format.write(TIME, Level.WARN, "hraftd.cluster.Setup", message, failure);
  }

  private static JsonNode json(String message, @Nullable Throwable failure) throws Exception {
    String line = write(LineFormat.JSON, message, failure);
    assertEquals(line.length() - 1, line.indexOf('\n'), "one line");
    return new ObjectMapper().readTree(line);
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  @Test
  void textIsForPeople() {
    String line = write(LineFormat.TEXT, "not yet", null);
    assertEquals(TIME, time(line.substring(0, line.indexOf(' '))));
    assertEquals(" WARN Setup - not yet\n", line.substring(line.indexOf(' ')));
  }

  @Test
  void everyLineOfAStackTraceBeginsWithTimeAndLevel() {
    Exception failure = new IllegalStateException("first\nsecond", new RuntimeException("cause"));
    List<String> lines = write(LineFormat.TEXT, "failed", failure).lines().toList();
    String begin = lines.get(0).replace("failed", "");
    lines.forEach(line -> assertTrue(line.startsWith(begin), line));
    String text = String.join("\n", lines).replace(begin, "");
    assertTrue(
        text.startsWith("failed\njava.lang.IllegalStateException: first\nsecond\n\tat "), text);
    assertTrue(text.contains("\nCaused by: java.lang.RuntimeException: cause\n"), text);
  }

  @Test
  void aMessageOfSeveralLinesOrOfNone() {
    assertEquals(2, write(LineFormat.TEXT, "a\nb", null).split(" WARN Setup - ", -1).length - 1);
    assertTrue(write(LineFormat.TEXT, "", null).endsWith(" WARN Setup - \n"));
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
  void aStackTraceIsOneFieldOfJson() throws Exception {
    JsonNode line = json("failed", new IllegalStateException("why"));
    String trace = line.path("exception").textValue();
    assertTrue(trace.startsWith("java.lang.IllegalStateException: why\n\tat "), trace);
    assertEquals(5, line.size());
  }
}
