package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimitedLogTest {
  private final RecordedLines lines = new RecordedLines();
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimitedLog log = new RateLimitedLog(lines.logger(), nanos::get);

  @Test
  void oneLinePerSubjectAndInterval() {
    for (int i = 0; i < 5; i++) {
      log.warn("a", () -> "about a");
      log.warn("b", () -> "about b");
    }
    assertEquals(List.of("about a", "about b"), lines.all());
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    log.warn("a", () -> "about a");
    assertEquals("about a (4 more like this before)", lines.all().get(2));
  }

  @Test
  void aStrangerCannotForgeLines() {
    log.warn("a", () -> "says\nERROR all is lost\u001b[2J");
    assertEquals(List.of("says?ERROR all is lost?[2J"), lines.all());
  }

  @Test
  void aStrangerCannotChangeHowALineLooks() {
    log.warn("a", () -> "node \u202e1-live");
    assertEquals(List.of("node ?1-live"), lines.all());
  }
}
