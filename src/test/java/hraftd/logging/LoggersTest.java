package hraftd.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What is heard of whom, and that a logger that is there already follows what is set. */
class LoggersTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Loggers loggers =
      new Loggers(
          new LogLevels(
              Map.of(
                  "org.jgroups", Level.WARN.toInt(),
                  "org.jgroups.raft", LogLevels.OFF,
                  "hraftd.noisy", Level.ERROR.toInt())),
          () -> out,
          () -> Instant.EPOCH);

  private List<String> written() {
    List<String> lines =
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .toList();
    bytes.reset();
    return lines;
  }

  private void sayAll(String logger) {
    Logger log = loggers.getLogger(logger);
    log.trace("t");
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
  }

  @Test
  void infoUnlessOtherwiseSaid() {
    sayAll("hraftd.Node");
    assertEquals(List.of("INFO Node - i", "WARN Node - w", "ERROR Node - e"), written());
    sayAll("org.example.Library");
    assertEquals(3, written().size());
  }

  @Test
  void debugIsForThisProgramAlone() {
    Logger early = loggers.getLogger("hraftd.Node");
    loggers.set(Level.DEBUG, LineFormat.TEXT);
    early.debug("{} of {}", 1, 2);
    assertEquals(List.of("DEBUG Node - 1 of 2"), written());
    sayAll("org.example.Library");
    assertEquals(3, written().size());
    sayAll("hraftdother.Library");
    assertEquals(3, written().size());
    assertFalse(early.isTraceEnabled());
  }

  @Test
  void theNearestNameThatIsFixedCounts() {
    loggers.set(Level.DEBUG, LineFormat.TEXT);
    sayAll("org.jgroups.JChannel");
    assertEquals(List.of("WARN JChannel - w", "ERROR JChannel - e"), written());
    sayAll("org.jgroups.raft.Log");
    assertEquals(List.of(), written());
    sayAll("hraftd.noisy.Thing");
    assertEquals(List.of("ERROR Thing - e"), written());
    sayAll("org.jgroupsother.Thing");
    assertEquals(3, written().size());
  }

  @Test
  void anEventIsFormattedAsIsSetNow() {
    Logger log = loggers.getLogger("hraftd.Node");
    loggers.set(Level.INFO, LineFormat.JSON);
    log.warn("because {}", "why", new IllegalStateException("so"));
    String line = written().get(0);
    assertTrue(bytes.size() == 0 && line.contains("\"exception\":\"java.lang."), line);
    assertTrue(loggers.line(Level.INFO, LoggersTest.class, "it").endsWith(",\"message\":\"it\"}"));
  }

  @Test
  void theseAreWhatSlf4jGives() {
    assertSame(
        Loggers.ofThisProcess().getLogger("hraftd.Some"), LoggerFactory.getLogger("hraftd.Some"));
    assertEquals("hraftd.logging.Loggers", LoggerFactory.getILoggerFactory().getClass().getName());
  }
}
