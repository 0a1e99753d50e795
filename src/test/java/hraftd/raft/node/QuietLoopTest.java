package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Command;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingWrite;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A loop with nothing to do lets its thread sleep, and is back when something is due. */
class QuietLoopTest {

  private static final long MILLI = 1_000_000;

  private long nanoTime = 7;

  private final class Manual extends SurroundingsAtOnce {
    @Override
    public long nanoTime() {
      return nanoTime;
    }
  }

  private RaftLoop loop(int voters) {
    List<Member> members =
        IntStream.rangeClosed(1, voters)
            .mapToObj(
                i ->
                    new Member(
                        new NodeId("" + i, i), new HostPort("r", i), new HostPort("h", i), true))
            .toList();
    Membership membership = new Membership(members);
    NodeId self = members.get(0).node();
    return LoopInMemory.start(
            new Manual(),
            new InFlight(100, 1 << 20),
            self,
            membership,
            LoopInMemory.snapshotAfter(Long.MAX_VALUE),
            /* seed= */ 1)
        .loop();
  }

  private static long batch(RaftLoop loop) {
    loop.beginOfBatch();
    return loop.endOfBatch();
  }

  /** Sleeps as long as it may, some times; how long the last one was. */
  private long rest(RaftLoop loop, int times) {
    long idle = batch(loop);
    for (int i = 0; i < times; i++) {
      nanoTime += idle;
      idle = batch(loop);
    }
    return idle;
  }

  @Test
  void whoLeadsAloneIsCalledSeldom() {
    RaftLoop loop = loop(1);
    long idle = rest(loop, 20);
    assertEquals(RaftStatus.Role.LEADER, loop.status().role());
    assertEquals(80 * MILLI, idle);
  }

  @Test
  void aFollowerIsCalledWhenItsPatienceIsOver() {
    RaftLoop loop = loop(3);
    long idle = batch(loop);
    assertTrue(idle > 5 * MILLI, idle + " ns");
    nanoTime += idle - 1;
    batch(loop);
    assertEquals(RaftStatus.Role.FOLLOWER, loop.status().role());
    nanoTime += 1;
    batch(loop);
    assertEquals(RaftStatus.Role.CANDIDATE, loop.status().role());
    assertEquals(5 * MILLI, batch(loop), "it waits for votes");
  }

  @Test
  void whileSomebodyWaitsItIsCalledOften() {
    RaftLoop loop = loop(3);
    loop.submit(new PendingRead(nanoTime, nanoTime + 1000 * MILLI));
    assertEquals(5 * MILLI, batch(loop));
  }

  @Test
  void whatHasHappenedIsShownAsSoonAsEver() {
    RaftLoop loop = loop(1);
    rest(loop, 20);
    long before = loop.status().commitIndex();
    byte[] data = CommandCodec.encode(new Command.Tick());
    PendingWrite write = new PendingWrite(data, false, nanoTime, nanoTime + 1000 * MILLI);
    assertTrue(loop.submit(write), "it calls the thread");
    long idle = batch(loop);
    long slept = 0;
    while (loop.status().commitIndex() == before) {
      assertTrue(slept <= 10 * MILLI, "after " + slept + " ns");
      nanoTime += idle;
      slept += idle;
      idle = batch(loop);
    }
    assertTrue(write.isDone());
    assertEquals(80 * MILLI, idle);
  }

  @Test
  void theTimeThatHasGoneByIsShownWithoutABatch() {
    RaftLoop loop = loop(1);
    rest(loop, 20);
    Duration before = Objects.requireNonNull(loop.status().behind());
    nanoTime += 70 * MILLI;
    assertEquals(before.plusMillis(70), loop.status().behind());
  }
}
