package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a node has taken in: its bounds, its deadlines, and what callers are told at the end. */
class InFlightTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long DEADLINE = 5 * SECOND;
  private static final Outcome DONE = new Outcome.Written(1);

  private final InFlight inFlight = new InFlight(/* maxRequests= */ 4, /* maxBytes= */ 1000);

  private static PendingWrite write(int bytes) {
    return new PendingWrite(new byte[bytes], /* grows= */ true, /* since= */ 0, DEADLINE);
  }

  private PendingWrite take(int bytes) {
    PendingWrite write = write(bytes);
    inFlight.take(write);
    return write;
  }

  private static ConsensusException why(PendingRequest<?> request) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> request.answer().getNow(null));
    return assertInstanceOf(ConsensusException.class, failure.getCause());
  }

  @Test
  void theyAreSoManyAtMost() {
    PendingWrite first = take(1);
    for (int i = 1; i < 4; i++) {
      take(1);
    }
    assertThrows(ConsensusException.Overloaded.class, () -> take(1));
    first.succeed(DONE);
    take(1);
    assertThrows(ConsensusException.Overloaded.class, () -> take(1));
  }

  @Test
  void theyHoldSoMuchAtMost() {
    PendingWrite large = take(900);
    assertThrows(ConsensusException.Overloaded.class, () -> take(101));
    take(100);
    large.fail(new ConsensusException.DiskFull("full"));
    take(900);
    assertThrows(ConsensusException.Overloaded.class, () -> take(1));
  }

  @Test
  void roomIsGivenBackOnce() {
    PendingWrite write = take(900);
    write.succeed(DONE);
    write.succeed(DONE);
    write.fail(new ConsensusException.DiskFull("full"));
    take(900);
    assertThrows(ConsensusException.Overloaded.class, () -> take(101));
  }

  @Test
  void whatWasEndedAtItsDeadlineTakesRoomUntilTheRaftThreadHasDroppedIt() {
    PendingWrite late = take(900);
    inFlight.expire(DEADLINE, /* leaderKnown= */ true);
    assertTrue(late.isDone());
    assertThrows(ConsensusException.Overloaded.class, () -> take(101));
    List<String> dropped = new ArrayList<>();
    inFlight.sweep(() -> dropped.add("all that is done"));
    assertEquals(1, dropped.size());
    take(900);
    inFlight.sweep(() -> dropped.add("nothing"));
    assertEquals(1, dropped.size(), "there is nothing to drop any more");
  }

  @Test
  void nothingIsEndedBeforeItsDeadline() {
    PendingWrite write = take(1);
    inFlight.expire(DEADLINE - 1, /* leaderKnown= */ true);
    assertFalse(write.isDone());
  }

  @Test
  void whatOnlyWaitedHasCertainlyNotHappened() {
    PendingWrite write = take(1);
    inFlight.expire(DEADLINE, /* leaderKnown= */ true);
    assertInstanceOf(ConsensusException.DeadlinePassed.class, why(write));
    assertFalse(write.handOver(), "and never will");
  }

  /** A majority that is gone for long says nothing at any deadline; another leader may still. */
  @Test
  void whatWasHandedOverToALeaderThatIsGoneEndsWhenNoOtherTurnsUp() {
    PendingWrite write = take(1);
    assertTrue(write.handOver());
    inFlight.expire(SECOND, /* leaderKnown= */ true);
    inFlight.expire(SECOND + SECOND / 10, /* leaderKnown= */ false);
    inFlight.expire(SECOND + SECOND / 2, /* leaderKnown= */ false);
    assertFalse(write.isDone(), "an election takes a moment");
    inFlight.expire(2 * SECOND, /* leaderKnown= */ true);
    inFlight.expire(2 * SECOND + 1, /* leaderKnown= */ false);
    assertFalse(write.isDone(), "there was another");
    inFlight.expire(3 * SECOND, /* leaderKnown= */ false);
    assertFalse(write.isDone(), "an election may fail");
    inFlight.expire(4 * SECOND + 1, /* leaderKnown= */ false);
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, why(write));
  }

  @Test
  void whatWasHandedOverMayHaveHappened() {
    PendingWrite write = take(1);
    assertTrue(write.handOver());
    inFlight.expire(DEADLINE, /* leaderKnown= */ true);
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, why(write));
  }

  @Test
  void whatWasTakenBackOnlyWaits() {
    PendingWrite write = take(1);
    assertTrue(write.handOver());
    write.takeBack();
    inFlight.expire(DEADLINE, /* leaderKnown= */ true);
    assertInstanceOf(ConsensusException.DeadlinePassed.class, why(write));
  }

  @Test
  void nobodyWaitsForALeaderThatDoesNotTurnUp() {
    PendingWrite write = take(1);
    PendingRead read = new PendingRead(/* since= */ 0, DEADLINE);
    inFlight.take(read);
    PendingWrite handedOver = take(1);
    assertTrue(handedOver.handOver());
    inFlight.expire(SECOND / 2, /* leaderKnown= */ false);
    assertFalse(write.isDone() || read.isDone());
    inFlight.expire(SECOND, /* leaderKnown= */ true);
    assertFalse(write.isDone() || read.isDone());
    inFlight.expire(SECOND, /* leaderKnown= */ false);
    assertInstanceOf(ConsensusException.NoLeader.class, why(write));
    assertInstanceOf(ConsensusException.NoLeader.class, why(read));
    assertFalse(handedOver.isDone(), "the log may hold it");
  }

  @Test
  void whenAllEndEachIsToldWhatIsTrueForIt() {
    PendingWrite waits = take(1);
    PendingWrite handedOver = take(1);
    assertTrue(handedOver.handOver());
    inFlight.endAll(new ConsensusException.Stopping());
    assertInstanceOf(ConsensusException.Stopping.class, why(waits));
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, why(handedOver));
  }

  /** The Raft thread hands over what another thread ends in this moment. */
  @Test
  void whatIsHandedOverIsNeverCalledRejected() throws Exception {
    for (int i = 0; i < 500; i++) {
      PendingWrite write = write(1);
      CountDownLatch both = new CountDownLatch(1);
      Thread other = new Thread(() -> endWhen(both, write));
      other.start();
      both.countDown();
      boolean handedOver = write.handOver();
      other.join();
      assertEquals(handedOver, why(write).outcomeUnknown());
    }
  }

  private static void endWhen(CountDownLatch both, PendingWrite write) {
    try {
      both.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write.end(new ConsensusException.DeadlinePassed("late"));
  }
}
