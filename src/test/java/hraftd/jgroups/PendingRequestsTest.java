package hraftd.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.jgroups.PendingRequests.Request;
import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jgroups.Address;
import org.jgroups.util.ExtendedUUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every request ends, and says of a write that it did not happen only if that is certain. */
class PendingRequestsTest {

  private static final byte[] COMMAND = {1, 2, 3};
  private static final Deadline LATER = Deadline.after(Duration.ofMinutes(5));
  private static final Outcome OUTCOME = new Outcome.Written(1);

  private final PendingRequests pending = new PendingRequests();
  private final Address leader = ExtendedUUID.randomUUID("a");
  private final Address next = ExtendedUUID.randomUUID("b");

  private Request write(Deadline deadline) {
    return pending.add(COMMAND, /* onlyReads= */ false, deadline);
  }

  private Request sent(Request request) {
    assertTrue(request.sending(leader));
    pending.dequeued(request);
    return request;
  }

  private static Throwable failure(CompletableFuture<?> future) {
    Throwable failure = future.handle((outcome, why) -> why).getNow(null);
    assertNotNull(failure);
    return failure;
  }

  @Test
  void one_that_was_applied_has_its_outcome_once() {
    Request request = sent(write(LATER));
    assertEquals(request, pending.applied(request.sequence, OUTCOME));
    assertEquals(OUTCOME, request.join());
    assertNull(pending.applied(request.sequence, new Outcome.Written(2)));
    assertEquals(OUTCOME, request.join());
  }

  @Test
  void a_deadline_ends_one_whoever_leads() {
    Request unsent = write(Deadline.after(Duration.ZERO));
    Request sent = sent(write(Deadline.after(Duration.ZERO)));
    Request read = sent(pending.add(COMMAND, true, Deadline.after(Duration.ZERO)));
    pending.watch(leader);
    assertInstanceOf(ConsensusException.DeadlinePassed.class, failure(unsent));
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, failure(sent));
    assertInstanceOf(ConsensusException.DeadlinePassed.class, failure(read));
  }

  @Test
  void another_leader_ends_what_the_old_one_was_to_answer() {
    Request sent = sent(write(LATER));
    Request read = sent(pending.add(COMMAND, true, LATER));
    Request unsent = write(LATER);
    pending.watch(leader);
    assertFalse(sent.isDone());
    pending.watch(next);
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, failure(sent));
    assertInstanceOf(ConsensusException.NoLeader.class, failure(read));
    assertFalse(unsent.isDone());
  }

  @Test
  void one_that_was_not_sent_waits_a_moment_for_a_leader() {
    Request unsent = write(LATER);
    pending.watch(null);
    assertFalse(unsent.isDone());
    Eventually.eventually(
        "it is given up",
        () -> {
          pending.watch(null);
          return unsent.isDone();
        });
    assertInstanceOf(ConsensusException.NoLeader.class, failure(unsent));
  }

  @Test
  void one_whose_client_was_told_that_it_does_not_happen_is_not_handed_over() {
    Request request = write(Deadline.after(Duration.ZERO));
    pending.watch(leader);
    assertInstanceOf(ConsensusException.DeadlinePassed.class, failure(request));
    assertFalse(request.sending(leader));
  }

  @Test
  void one_that_was_certainly_not_taken_does_not_happen() {
    Request request = write(LATER);
    assertTrue(request.sending(leader));
    request.notSent();
    pending.lose(request, "no leader");
    assertInstanceOf(ConsensusException.NoLeader.class, failure(request));
  }

  @Test
  void a_snapshot_ends_those_that_were_sent() {
    Request sent = sent(write(LATER));
    Request unsent = write(LATER);
    pending.loseSent("a snapshot");
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, failure(sent));
    assertFalse(unsent.isDone());
  }

  @Test
  void a_node_that_stops_ends_all() {
    Request sent = sent(write(LATER));
    Request unsent = write(LATER);
    pending.stop();
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, failure(sent));
    assertInstanceOf(ConsensusException.Stopping.class, failure(unsent));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void there_is_room_for_so_many(boolean sentFirst) {
    List<Request> all = new ArrayList<>();
    for (int i = 0; i < PendingRequests.MAX_REQUESTS; i++) {
      all.add(write(LATER));
    }
    assertThrows(ConsensusException.Overloaded.class, () -> write(LATER));
    Request first = all.get(0);
    if (sentFirst) {
      var unused = sent(first);
      assertThrows(ConsensusException.Overloaded.class, () -> write(LATER));
      assertSame(first, pending.applied(first.sequence, OUTCOME));
    } else {
      pending.lose(first, "no leader");
      // Its place in the queue takes up room all the same.
      assertThrows(ConsensusException.Overloaded.class, () -> write(LATER));
      pending.dequeued(first);
    }
    var unused = write(LATER);
  }

  @Test
  void and_for_so_much() {
    byte[] large = new byte[8 << 20];
    assertThrows(
        ConsensusException.Overloaded.class,
        () -> {
          for (int i = 0; i < 9; i++) {
            pending.add(large, false, LATER);
          }
        });
    pending.stop();
  }
}
