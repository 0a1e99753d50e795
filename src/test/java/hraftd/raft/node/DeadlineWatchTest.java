package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineWatchTest {

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final DeadlineWatch watch =
      new DeadlineWatch(this::nothingInFlight, looks::incrementAndGet);

  private boolean nothingInFlight() {
    asked.set(true);
    return inFlight.get() == 0;
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void whileNothingIsInFlightItLooksAtNothing() {
    watch.start();
    eventually("it has begun", asked::get);
    asked.set(false);
    eventually(
        "it asks again",
        () -> {
          watch.wake(); // For nothing.
          return asked.get();
        });
    assertEquals(0, looks.get());
  }

  @Test
  void whileSomethingIsItLooksAgainAndAgain() {
    inFlight.set(1);
    watch.start();
    eventually("it looks", () -> looks.get() > 5);
  }

  /** Again and again, since it may be called at any moment before and while it rests. */
  @Test
  void whatComesWhileItRestsIsNotMissed() {
    watch.start();
    for (int i = 0; i < 200; i++) {
      int before = looks.get();
      inFlight.set(1);
      watch.wake();
      eventually("it looks", () -> looks.get() > before);
      inFlight.set(0);
    }
  }
}
