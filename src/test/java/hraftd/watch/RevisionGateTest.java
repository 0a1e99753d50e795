package hraftd.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RevisionGateTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private final History history = new History();
  private final RevisionGate gate = new RevisionGate(history, () -> history.newest().revision());

  private void reach(long revision) {
    history.changed(revision, List.of(HistoryTest.put("k", revision, 1)));
  }

  @Test
  void whatIsReachedIsThereAtOnce() {
    reach(3);
    assertTrue(gate.await(3, LONG).isDone());
    assertTrue(gate.await(0, LONG).isDone());
  }

  @Test
  void everyoneGoesWhenHisRevisionIsThereWhateverTheOrder() {
    CompletableFuture<Void> five = gate.await(5, LONG);
    CompletableFuture<Void> two = gate.await(2, LONG);
    CompletableFuture<Void> three = gate.await(3, LONG);
    reach(1);
    assertFalse(two.isDone());
    reach(3);
    assertTrue(two.isDone());
    assertTrue(three.isDone());
    assertFalse(five.isDone());
    history.reset(9);
    assertTrue(five.isDone());
  }

  @Test
  void whoWaitsTooLongGivesUp() {
    CompletableFuture<Void> future = gate.await(5, Duration.ofMillis(5));
    ExecutionException e = assertThrows(ExecutionException.class, future::get);
    assertInstanceOf(TimeoutException.class, e.getCause());
    reach(9);
    assertTrue(future.isCompletedExceptionally());
  }
}
