package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What runs again and again goes on behind a failure, and ends when its threads do. */
class RealClusterThreadsTest {

  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void whatFailsIsTriedAgain() {
    try (RealClusterThreads threads = new RealClusterThreads()) {
      threads.every(
          Duration.ofMillis(10),
          () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("as a test wants");
          });
      Eventually.eventually("it runs again", () -> runs.get() >= 3);
    }
  }

  /** Else closing would wait for it, too. */
  @Test
  void whatIsLaterDoesNotRunOnceClosed() {
    RealClusterThreads threads = new RealClusterThreads();
    threads.every(Duration.ofMillis(1500), runs::incrementAndGet);
    threads.close();
    assertEquals(0, runs.get());
  }
}
