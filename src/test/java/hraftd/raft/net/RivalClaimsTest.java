package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.raft.ClaimedTwiceException;
import hraftd.raft.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who was refused, and whether that lasts. */
final class RivalClaimsTest {
  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId A = new NodeId("a", 2);
  private static final NodeId B = new NodeId("b", 3);

  private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos(); // It may overflow.
  private final RivalClaims rivals = new RivalClaims(() -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** A is asked again and again, the last time when this has passed. */
  private void isRefusedFor(Duration time) {
    Duration step = RivalClaims.APART.minusMillis(1);
    Duration left = time;
    for (; left.compareTo(step) > 0; left = left.minus(step)) {
      pass(step);
      assertNull(rivals.refused(A, SELF, "why"));
    }
    pass(left);
  }

  @Test
  void onlyARefusalThatLastsIsTheEnd() {
    assertNull(rivals.refused(A, SELF, "why"));
    isRefusedFor(RivalClaims.LASTS.minusMillis(1));
    assertNull(rivals.refused(A, SELF, "why"));
    assertNull(rivals.refused(B, SELF, "why"), "another one has only begun");
    pass(Duration.ofMillis(1));
    ClaimedTwiceException end = rivals.refused(A, SELF, "why");
    assertNotNull(end);
    assertEquals("why", end.getMessage());
  }

  @Test
  void whoIsLetInOnceBeginsAnew() {
    assertNull(rivals.refused(A, SELF, "why"));
    isRefusedFor(RivalClaims.LASTS);
    rivals.admitted(A);
    assertNull(rivals.refused(A, SELF, "why"));
  }

  @Test
  void twoRefusalsWithALongTimeBetweenThemAreNotOneThatLasts() {
    assertNull(rivals.refused(A, SELF, "why"));
    isRefusedFor(RivalClaims.LASTS.minusMillis(1));
    pass(RivalClaims.APART);
    assertNull(rivals.refused(A, SELF, "why"));
    isRefusedFor(RivalClaims.LASTS);
    assertNotNull(rivals.refused(A, SELF, "why"));
  }

  @Test
  void itIsToldForAWhile() {
    rivals.tell(A, "old");
    rivals.tell(A, "a");
    pass(Duration.ofSeconds(20));
    rivals.tell(B, "b");
    assertEquals(List.of("a", "b"), rivals.told());
    pass(Duration.ofSeconds(20));
    assertEquals(List.of("b"), rivals.told());
  }

  @Test
  void whatOthersSayIsCutAndWithoutControlCharacters() {
    assertNull(rivals.refused(A, SELF, "\u0007"));
    assertEquals(List.of("?"), rivals.told());
    isRefusedFor(RivalClaims.LASTS);
    ClaimedTwiceException end = rivals.refused(A, SELF, "\u0007".repeat(5000));
    assertNotNull(end);
    assertEquals("?".repeat(1024) + "…", end.getMessage());
    assertEquals(List.of("?".repeat(1024) + "…"), rivals.told());
  }

  @Test
  void noMoreIsKeptThanIsOfUse() {
    for (int i = 0; i < 1000; i++) {
      rivals.tell(new NodeId("n" + i, i), "n" + i);
    }
    assertEquals("n999", rivals.told().get(rivals.told().size() - 1));
    assertEquals(16, rivals.told().size());
  }
}
