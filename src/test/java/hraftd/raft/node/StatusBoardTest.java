package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Raft;
import hraftd.raft.core.ScriptedLeader;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What other threads see of a loop. */
class StatusBoardTest {

  private static final long MILLI = 1_000_000;

  /** Two threads that meet so often meet at every place. */
  private static final int TIMES = 1_000_000;

  private static final Membership THREE = new Membership(ScriptedLeader.voters(3));
  private static final NodeId SELF = ScriptedLeader.SELF;

  private final Raft raft = new ScriptedLeader(ScriptedLeader.voters(3)).node.raft;
  private final StatusBoard board = new StatusBoard(StatusBoard.starting(SELF, THREE), 0);

  /** The clock of one moment with the time of another would be ahead, or behind. */
  @Test
  void theClockIsNeverSeenApartFromItsMoment() throws Exception {
    AtomicLong shown = new AtomicLong();
    Thread shower =
        new Thread(
            () -> {
              for (long i = 0; i < TIMES; i++) {
                board.show(raft, i % 1000 * 1000 * MILLI);
                shown.incrementAndGet();
              }
            });
    shower.start();
    while (shown.get() < TIMES) {
      assertEquals(1_000_000, board.clockMillis(1_000_000 * MILLI));
    }
    shower.join();
  }

  @Test
  void itIsDueWhenItIsOldAlsoWhereTheClockIsNegative() {
    StatusBoard negative = new StatusBoard(StatusBoard.starting(SELF, THREE), Long.MIN_VALUE);
    assertEquals(false, negative.isDue(Long.MIN_VALUE + MILLI));
    assertEquals(true, negative.isDue(Long.MIN_VALUE + 11 * MILLI));
  }
}
