package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.WireFormat;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.snapshot.MemorySnapshots;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A node whose Raft thread is still reading a long log. */
class StartingLoopTest {

  private long nanoTime = 1;

  private final class Reading implements Surroundings {
    @Override
    public long nanoTime() {
      return nanoTime;
    }

    @Override
    public RaftMeter meter() {
      return RaftMeter.NONE;
    }

    @Override
    public RaftObserver observer() {
      return RaftObserver.NONE;
    }

    @Override
    public boolean memoryFull() {
      return false;
    }

    @Override
    public void send(Message message) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public WireFormat format(NodeId peer) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public void members(Membership membership) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public void trust(Set<NodeId> nodes) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public void post(Runnable task) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public void runAside(Runnable task) {
      throw new AssertionError("it has not begun");
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void a_node_that_is_only_starting_does_not_say_that_nobody_leads() {
    NodeId self = new NodeId("1", 1);
    RaftLoop loop =
        new RaftLoop(
            new Reading(),
            new InFlight(10, 1 << 20),
            new KvState(ChangeListener.NONE),
            new MemorySnapshots(),
            new SnapshotPace(
                1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), 1, 0),
            StatusBoard.starting(self, Membership.EMPTY));
    long deadline = nanoTime + Duration.ofSeconds(10).toNanos();
    PendingRead read = new PendingRead(nanoTime, deadline);
    assertTrue(loop.submit(read));
    nanoTime = deadline - 1;
    loop.expire();
    assertFalse(read.isDone());
    nanoTime = deadline;
    loop.expire();
    Throwable end = assertThrows(CompletionException.class, () -> read.answer().join()).getCause();
    assertTrue(end instanceof ConsensusException.DeadlinePassed, String.valueOf(end));
  }
}
