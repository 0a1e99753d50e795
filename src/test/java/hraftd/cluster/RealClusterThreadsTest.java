package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

  @Test
  void theThreadEndsWhateverIsStillToCome() throws Exception {
    RealClusterThreads threads = new RealClusterThreads();
    CompletableFuture<Thread> running = new CompletableFuture<>();
    threads.every(Duration.ofMillis(10), () -> running.complete(Thread.currentThread()));
    threads.every(Duration.ofHours(1), runs::incrementAndGet);
    Thread clock = running.get(Eventually.LONG.toSeconds(), TimeUnit.SECONDS);
    threads.close();
    clock.join(Eventually.LONG.toMillis());
    assertFalse(clock.isAlive());
    assertEquals(0, runs.get());
  }
}
