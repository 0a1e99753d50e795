package hraftd.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** What is heard of whom where the log is JSON. */
class JsonLoggersTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final JsonLoggers loggers =
      new JsonLoggers(
          new LogLevels(
              Map.of(
                  "org.jgroups", Level.WARN.toInt(),
                  "org.jgroups.raft", LogLevels.OFF,
                  "hraftd", Level.DEBUG.toInt(),
                  "hraftd.noisy", Level.ERROR.toInt()),
              Level.INFO.toInt()),
          () -> out,
          () -> Instant.EPOCH);

  private List<JsonNode> written() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      events.add(new ObjectMapper().readTree(line));
    }
    bytes.reset();
    return events;
  }

  /** The levels that are heard, by their first letters. */
  private String heardOf(String logger) throws IOException {
    Logger log = loggers.getLogger(logger);
    log.trace("t");
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
    StringBuilder heard = new StringBuilder();
    for (JsonNode event : written()) {
      assertEquals(logger, event.path("logger").textValue());
      heard.append(event.path("message").textValue());
    }
    return heard.toString();
  }

  @Test
  void theNearestNameThatIsSetCounts() throws IOException {
    assertEquals("diwe", heardOf("hraftd.Node"));
    assertEquals("e", heardOf("hraftd.noisy.Thing"));
    assertEquals("we", heardOf("org.jgroups.JChannel"));
    assertEquals("", heardOf("org.jgroups.raft.Log"));
  }

  @Test
  void infoOfAllOthers() throws IOException {
    assertEquals("iwe", heardOf("org.example.Library"));
    assertEquals("iwe", heardOf("hraftdother.Library"));
  }

  @Test
  void anEventIsALine() throws IOException {
    loggers.getLogger("hraftd.Node").warn("{} of {}\nlines", 1, 2, new IllegalStateException("so"));
    JsonNode event = written().get(0);
    assertEquals("1 of 2\nlines", event.path("message").textValue());
    assertTrue(event.path("exception").textValue().startsWith("java.lang.Illegal"));
  }

  /** The file is the simple provider's: both formats have the same events. */
  @Test
  void levelsAreThoseOfTheSimpleProvider() {
    assertEquals(Level.WARN.toInt(), LogLevels.ofThisProcess().of("org.eclipse.jetty.Server"));
  }

  @Test
  void wordsAreReadAsTheSimpleProviderDoes() {
    Properties said = new Properties();
    said.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "Warn");
    said.setProperty("org.slf4j.simpleLogger.log.a", "verbose");
    said.setProperty("org.slf4j.simpleLogger.log.b", "Off");
    LogLevels levels = LogLevels.of(said);
    assertEquals(Level.WARN.toInt(), levels.of("other.Class"));
    assertEquals(Level.INFO.toInt(), levels.of("a.Class"));
    assertEquals(LogLevels.OFF, levels.of("b.Class"));
    assertEquals(Level.INFO.toInt(), LogLevels.of(new Properties()).of("other.Class"));
  }
}
