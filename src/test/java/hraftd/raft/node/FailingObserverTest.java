package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Command;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node goes on when what looks at it fails, and is looked at no more. */
class FailingObserverTest {

  private static final long MILLI = 1_000_000;
  private static final NodeId SELF = new NodeId("a", 1);
  private static final Membership ALONE =
      new Membership(
          List.of(new Member(SELF, new HostPort("r", 1), new HostPort("h", 1), /* voter= */ true)));

  private long nanoTime = 7;

  /** What it was asked and told; all of it fails. */
  private final List<String> seen = new ArrayList<>();

  private final class Failing implements RaftObserver {

    private IllegalStateException failure(String what) {
      seen.add(what);
      return new IllegalStateException(what + " cannot be shown");
    }

    @Override
    public boolean wantsMessages() {
      throw failure("wants messages");
    }

    @Override
    public void sent(PeerMessage message) {
      throw failure("sent");
    }

    @Override
    public void received(PeerMessage message) {
      throw failure("received");
    }

    @Override
    public void disconnected(NodeId peer) {
      throw failure("disconnected");
    }

    @Override
    public void roleChanged(
        RaftStatus.Role role, long term, @Nullable NodeId vote, @Nullable NodeId leader) {
      throw failure("role");
    }

    @Override
    public void membersChanged(Membership membership) {
      throw failure("members");
    }

    @Override
    public void truncated(long index) {
      throw failure("truncated");
    }

    @Override
    public void snapshotTaken(long index, long bytes) {
      throw failure("snapshot taken");
    }

    @Override
    public void snapshotInstalled(long index) {
      throw failure("snapshot installed");
    }

    @Override
    public boolean wantsPicture() {
      throw failure("wants a picture");
    }

    @Override
    public void pictured(RaftPicture picture) {
      throw failure("picture");
    }
  }

  private final class Manual extends SurroundingsAtOnce {
    @Override
    public RaftObserver observer() {
      return new Failing();
    }

    @Override
    public long nanoTime() {
      return nanoTime;
    }
  }

  /** What a loop can tell at any time. */
  static Stream<Consumer<Observation>> told() {
    Message message = new Message.TimeoutNow(SELF, SELF, 1);
    return Stream.of(
        observation -> observation.sent(message),
        observation -> observation.received(message),
        observation -> observation.disconnected(SELF),
        observation -> observation.membersChanged(ALONE),
        observation -> observation.truncated(1),
        observation -> observation.snapshotTaken(1, 1));
  }

  @ParameterizedTest
  @MethodSource("told")
  void whateverIsToldFailsOnceAndNothingIsToldBehind(Consumer<Observation> what) {
    Observation observation = new Observation(new Failing());
    what.accept(observation);
    assertEquals(1, seen.size());
    told().forEach(next -> next.accept(observation));
    assertEquals(1, seen.size(), seen::toString);
  }

  @Test
  void aMemberThatIsLookedAtLikeThatLeadsAndWrites() {
    LoopInMemory member =
        LoopInMemory.start(
            new Manual(),
            new InFlight(100, 1 << 20),
            SELF,
            ALONE,
            LoopInMemory.snapshotAfter(1),
            /* seed= */ 1);
    RaftLoop loop = member.loop();
    byte[] data = CommandCodec.encode(new Command.Tick());
    PendingWrite write = new PendingWrite(data, false, nanoTime, nanoTime + 10_000 * MILLI);
    loop.submit(write);
    for (int i = 0; i < 1000 && !write.isDone(); i++) {
      nanoTime += 5 * MILLI;
      loop.beginOfBatch();
      loop.endOfBatch();
    }
    assertTrue(member.raft().leads());
    assertTrue(write.answer().isDone());
    assertFalse(write.answer().isCompletedExceptionally());
    assertEquals(1, seen.size(), seen::toString);
  }
}
