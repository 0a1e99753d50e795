package hraftd.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

class BoundedLogTest {

  private final List<String> lines = new ArrayList<>();
  private long now;

  private final BoundedLog log =
      new BoundedLog(
          new LegacyAbstractLogger() {
            @Override
            protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String text, Object[] arguments, Throwable failure) {
              lines.add(level + " " + text + (failure == null ? "" : " " + failure));
            }

            @Override
            protected String getFullyQualifiedCallerName() {
              return "";
            }

            @Override
            public boolean isTraceEnabled() {
              return false;
            }

            @Override
            public boolean isDebugEnabled() {
              return false;
            }

            @Override
            public boolean isInfoEnabled() {
              return true;
            }

            @Override
            public boolean isWarnEnabled() {
              return true;
            }

            @Override
            public boolean isErrorEnabled() {
              return true;
            }
          },
          () -> now);

  @Test
  void anOrdinaryLineIsLeftAsItIs() {
    log.info("member {} at {} is in", "node4", "localhost:11003");
    log.warn("{} of {}", 1, null);
    assertEquals(List.of("INFO member node4 at localhost:11003 is in", "WARN 1 of null"), lines);
  }

  @Test
  void whateverIsSaidItIsOneShortLine() {
    log.info("a {} b {}", "x\r\n2026-01-01 ERROR forged\u001b[2J", "y".repeat(100_000));
    log.warn("{} {} {}", "日".repeat(500), "🙂".repeat(500), "{}");
    assertEquals(2, lines.size());
    for (String line : lines) {
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
      int bytes = line.substring(5).getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes <= BoundedLog.MAX_LINE_BYTES, bytes + " bytes: " + line);
    }
    assertTrue(
        lines.get(0).startsWith("INFO a x??2026-01-01 ERROR forged?[2J b yyy"), lines.get(0));
  }

  @Test
  void aBurstIsCountedAndOtherKindsAreNotHeldUp() {
    for (int i = 0; i < 1000; i++) {
      log.warn("closed {}", i);
    }
    assertEquals(BoundedLog.LINES, lines.size());
    log.warn("opened {}", 1);
    assertEquals("WARN opened 1", lines.get(BoundedLog.LINES));
    now += Duration.ofSeconds(10).toNanos();
    log.warn("closed {}", "again");
    assertEquals("WARN closed again (995 more like this)", lines.get(BoundedLog.LINES + 1));
    log.warn("closed {}", "again");
    assertEquals("WARN closed again", lines.get(BoundedLog.LINES + 2));
  }

  @Test
  void aDefectKeepsItsFailureAndIsBoundedToo() {
    for (int i = 0; i < 1000; i++) {
      log.defect("{} failed", "/key/" + "k".repeat(30_000), new IllegalStateException("why"));
    }
    assertEquals(BoundedLog.LINES, lines.size());
    assertTrue(lines.get(0).startsWith("ERROR /key/kkk"), lines.get(0));
    assertTrue(lines.get(0).endsWith("failed java.lang.IllegalStateException: why"), lines.get(0));
  }
}
