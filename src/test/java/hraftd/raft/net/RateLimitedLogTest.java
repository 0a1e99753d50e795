package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

final class RateLimitedLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimitedLog log = new RateLimitedLog(recorder(), nanos::get);

  private Logger recorder() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              lines.add(
                  MessageFormatter.arrayFormat((String) arguments[0], rest(arguments))
                      .getMessage());
              return null;
            });
  }

  private static Object[] rest(Object[] arguments) {
    return arguments[1] instanceof Object[] many
        ? many
        : java.util.Arrays.copyOfRange(arguments, 1, arguments.length);
  }

  @Test
  void oneLinePerSubjectAndInterval() {
    for (int i = 0; i < 5; i++) {
      log.warn("a", () -> "about a");
      log.warn("b", () -> "about b");
    }
    assertEquals(List.of("about a", "about b"), lines);
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    log.warn("a", () -> "about a");
    assertEquals("about a (4 more like this before)", lines.get(2));
  }

  @Test
  void aStrangerCannotForgeLines() {
    log.warn("a", () -> "says\nERROR all is lost\u001b[2J");
    assertEquals(List.of("says?ERROR all is lost?[2J"), lines);
  }

  @Test
  void aStrangerCannotChangeHowALineLooks() {
    log.warn("a", () -> "node \u202e1-live");
    assertEquals(List.of("node ?1-live"), lines);
  }
}
