package hraftd.http;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongWorkTest {

  private static final int TASKS = 100;

  private final ExecutorService pool =
      Executors.newFixedThreadPool(HttpServer.MIN_THREADS, LongWorkTest::quietThread);
  private final LongWork longWork = new LongWork(pool);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /** One that does not print what a task throws. */
  private static Thread quietThread(Runnable work) {
    Thread thread = new Thread(work);
    thread.setUncaughtExceptionHandler((failed, failure) -> {});
    return thread;
  }

  @AfterEach
  void end() {
    pool.shutdownNow();
  }

  @Test
  void howeverMuchThereIsAThreadIsLeftForWhatIsShort() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    for (int i = 0; i < TASKS; i++) {
      longWork.execute(
          () -> {
            begun.incrementAndGet();
            try {
              gate.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            done.incrementAndGet();
          });
    }
    eventually("some has begun", () -> begun.get() > 0);
    pool.submit(() -> {}).get(10, TimeUnit.SECONDS);
    assertTrue(begun.get() < HttpServer.MIN_THREADS, begun::toString);
    gate.countDown();
    eventually("all is done", () -> done.get() == TASKS);
  }

  @Test
  void whatFailsMakesRoomForTheNext() {
    for (int i = 0; i < TASKS; i++) {
      longWork.execute(
          () -> {
            done.incrementAndGet();
            throw new IllegalStateException("as if it had a defect");
          });
    }
    eventually("all is done", () -> done.get() == TASKS);
    longWork.execute(done::incrementAndGet);
    eventually("and one more", () -> done.get() == TASKS + 1);
    assertEquals(TASKS + 1, done.get());
  }
}
