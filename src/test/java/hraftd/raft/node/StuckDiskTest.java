package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that does not answer holds up the Raft thread, but nobody for longer than he asked. */
@Timeout(60)
class StuckDiskTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Longer than requests take that nothing holds up. */
  private static final Duration SHORT = Duration.ofMillis(400);

  private static final NodeId SELF = new NodeId("n1", 1);
  private static final Member MEMBER = member(SELF);

  private final KvState state = new KvState(ChangeListener.NONE);
  private final StuckParts parts = new StuckParts();
  private RaftConsensus node;

  private static Member member(NodeId id) {
    return new Member(id, new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 1), true);
  }

  @BeforeEach
  void start() throws Exception {
    RaftSettings settings =
        new RaftSettings(
            SELF,
            "test-cluster",
            MEMBER.raft(),
            new Membership(List.of(MEMBER)),
            /* directory= */ null,
            /* campaign= */ true,
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            /* snapshotBytes= */ 64 << 20,
            Duration.ofHours(1),
            /* diskReserve= */ 0,
            /* segmentBytes= */ 16 << 20,
            /* keepEntries= */ 10_000,
            /* scrub= */ Duration.ZERO,
            () -> false,
            RaftMeter.NONE,
            RaftObserver.NONE);
    node = RaftConsensus.open(settings, state, parts);
    node.propose(put("before"), Deadline.after(PATIENCE)).get();
  }

  @AfterEach
  void close() {
    parts.log().goOn();
    node.close();
  }

  /** In memory, but for the log, whose appends wait while the test wants that. */
  private static final class StuckParts extends NodeParts {
    private final CompletableFuture<StuckLog> log = new CompletableFuture<>();

    @Override
    Raft raft(RaftSettings settings, Stores stores, RaftHost host) {
      log.complete(new StuckLog(stores.raftLog()));
      return raft(settings, log(), stores, host);
    }

    StuckLog log() {
      return log.join();
    }
  }

  private static final class StuckLog extends ForwardingLog {
    private final CountDownLatch appends = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private volatile boolean stuck;

    StuckLog(RaftLog log) {
      super(log);
    }

    @Override
    public void append(List<Entry> entries) {
      if (stuck) {
        appends.countDown();
        try {
          goesOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      super.append(entries);
    }

    void stick() {
      stuck = true;
    }

    /** Waits until the Raft thread waits here. */
    void awaitAppend() throws InterruptedException {
      assertTrue(appends.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    boolean isStuck() {
      return stuck && goesOn.getCount() > 0;
    }

    void goOn() {
      goesOn.countDown();
    }
  }

  private static Command put(String key) {
    Command.Pair pair = new Command.Pair(Key.of(key), new byte[] {'v'}, /* ttlMillis= */ 0);
    return new Command.Put(List.of(pair), Guard.NONE);
  }

  private CompletableFuture<Outcome> propose(String key) {
    return node.propose(put(key), Deadline.after(SHORT));
  }

  /** Why it ended; it must while the disk is stuck. */
  private ConsensusException end(CompletableFuture<?> request) throws Exception {
    ExecutionException failure =
        assertThrows(
            ExecutionException.class,
            () -> request.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    assertTrue(parts.log().isStuck(), "nobody waits for the disk");
    return assertInstanceOf(ConsensusException.class, failure.getCause());
  }

  @Test
  void everyRequestEndsAtItsDeadlineAndWithTheTruth() throws Exception {
    parts.log().stick();
    CompletableFuture<Outcome> handedOver = propose("handed over");
    parts.log().awaitAppend();
    CompletableFuture<Outcome> waiting = propose("waiting");
    CompletableFuture<Void> read = node.readBarrier(Deadline.after(SHORT));
    Member other = member(new NodeId("n2", 2)).withVoter(false);
    CompletableFuture<Membership> change = node.add(other, Deadline.after(SHORT));
    CompletableFuture<Void> transfer = node.transferLeadership("", Deadline.after(SHORT));

    assertInstanceOf(ConsensusException.OutcomeUnknown.class, end(handedOver));
    assertInstanceOf(ConsensusException.DeadlinePassed.class, end(waiting));
    assertInstanceOf(ConsensusException.DeadlinePassed.class, end(read));
    assertInstanceOf(ConsensusException.DeadlinePassed.class, end(change));
    assertInstanceOf(ConsensusException.DeadlinePassed.class, end(transfer));

    parts.log().goOn();
    node.propose(put("after"), Deadline.after(PATIENCE)).get();
    assertNotNull(state.view().get(Key.of("handed over")), "it happened after all");
    assertNull(state.view().get(Key.of("waiting")), "it was called rejected");
    assertEquals(1, node.status().membership().members().size());
  }

  @Test
  void aChangeOfTheMembersThatIsBegunHasAnUnknownOutcome() throws Exception {
    parts.log().stick();
    Member other = member(new NodeId("n2", 2)).withVoter(false);
    CompletableFuture<Membership> change = node.add(other, Deadline.after(SHORT));
    parts.log().awaitAppend();
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, end(change));
  }

  @Test
  void whenTheNodeStopsNobodyWaitsForTheDisk() throws Exception {
    parts.log().stick();
    CompletableFuture<Outcome> handedOver =
        node.propose(put("handed over"), Deadline.after(PATIENCE.multipliedBy(10)));
    parts.log().awaitAppend();
    CompletableFuture<Outcome> waiting =
        node.propose(put("waiting"), Deadline.after(PATIENCE.multipliedBy(10)));
    Thread closer = new Thread(node::close);
    closer.start();
    assertInstanceOf(ConsensusException.OutcomeUnknown.class, end(handedOver));
    assertInstanceOf(ConsensusException.Stopping.class, end(waiting));
    parts.log().goOn();
    closer.join();
  }
}
