package hraftd;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the heap counts as full, and when a collection is asked for. */
class HeapQuotaTest {

  private static final long MAX = 1000;

  /** A heap of which the test says what is alive. */
  private static final class ScriptedHeap implements HeapPool {
    private long used;
    private long alive;
    private long left;
    private int collections;

    @Override
    public long used() {
      return used;
    }

    @Override
    public long live() {
      return left;
    }

    @Override
    public long max() {
      return MAX;
    }

    @Override
    public void collect() {
      collections++;
      left = alive;
      used = alive;
    }

    /** As it is after a while in which so much garbage was made. */
    void holds(long bytes, long garbage) {
      alive = bytes;
      used = bytes + garbage;
    }
  }

  /** A heap that cannot be looked at, but says so. */
  private static final class BrokenHeap implements HeapPool {
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public long used() {
      looks.incrementAndGet();
      throw new IllegalStateException("as a test wants");
    }

    @Override
    public long live() {
      return 0;
    }

    @Override
    public long max() {
      return MAX;
    }

    @Override
    public void collect() {}
  }

  private final ScriptedHeap heap = new ScriptedHeap();
  private long revision;
  private long now;
  private final HeapQuota quota = new HeapQuota(heap, 0.75, () -> revision, () -> now);

  @AfterEach
  void close() {
    quota.close();
  }

  private boolean isFullAfter(Duration time) {
    now += time.toNanos();
    quota.look();
    return quota.isFull();
  }

  @Test
  void garbageIsNotData() {
    heap.holds(300, 650);
    assertFalse(isFullAfter(Duration.ZERO));
    assertEquals(1, heap.collections);
  }

  @Test
  void nothingIsCollectedWhileThereIsRoom() {
    heap.holds(300, 550);
    assertFalse(isFullAfter(Duration.ofHours(1)));
    assertEquals(0, heap.collections);
  }

  /** Looking costs an idle node more than most of what it does. */
  @Test
  void anEmptyHeapIsLookedAtSeldom() {
    heap.holds(50, 130);
    assertEquals(HeapQuota.CALM_INTERVAL, quota.interval());
    heap.holds(50, 140);
    assertEquals(HeapQuota.INTERVAL, quota.interval());
  }

  @Test
  void whatFailsIsLookedAtAgain() {
    BrokenHeap broken = new BrokenHeap();
    try (HeapQuota looking = new HeapQuota(broken, 0.75, () -> revision, () -> now)) {
      looking.start();
      eventually("it looks again", () -> broken.looks.get() >= 3);
    }
  }

  @Test
  void dataAboveTheShareFillsIt() {
    heap.holds(740, 200);
    assertFalse(isFullAfter(Duration.ZERO));
    heap.holds(760, 200);
    assertTrue(isFullAfter(Duration.ofSeconds(1)));
  }

  /** Until the collector has looked nobody knows; a write more could be one too many. */
  @Test
  void whileItIsNotKnownItIsFull() {
    heap.holds(400, 550);
    assertFalse(isFullAfter(Duration.ZERO));
    heap.holds(400, 550);
    assertTrue(isFullAfter(Duration.ofMillis(50)), "a collection was just now");
    assertFalse(isFullAfter(Duration.ofSeconds(1)));
  }

  /** Some collectors let the heap fill before they begin. */
  @Test
  void whereLittleIsAliveAHeapThatLooksTakenIsGarbage() {
    heap.holds(100, 850);
    assertFalse(isFullAfter(Duration.ZERO));
    heap.holds(100, 850);
    assertFalse(isFullAfter(Duration.ofMillis(50)));
  }

  /** A restore that was given up, a body that came to nothing: no revision tells of them. */
  @Test
  void whatIsFreedWithoutAWriteIsFoundToo() {
    heap.holds(800, 150);
    assertTrue(isFullAfter(Duration.ZERO));
    heap.holds(300, 500);
    assertFalse(isFullAfter(Duration.ofSeconds(30)));
  }

  /** A reader had it still when the collection was that the delete asked for. */
  @Test
  void whatADeleteFreesLaterIsFoundSoon() {
    heap.holds(800, 150);
    assertTrue(isFullAfter(Duration.ZERO));
    revision++;
    assertTrue(isFullAfter(Duration.ofSeconds(2)));
    heap.holds(100, 700);
    assertFalse(isFullAfter(Duration.ofSeconds(2)));
  }

  @Test
  void aDeleteIsFoundSoonHoweverLongItWasFull() {
    heap.holds(800, 150);
    for (int i = 0; i < 36_100; i++) {
      assertTrue(isFullAfter(Duration.ofMillis(100)));
    }
    assertTrue(heap.collections <= 70, () -> heap.collections + " in an hour");
    heap.holds(100, 700);
    revision++;
    assertFalse(isFullAfter(Duration.ofMillis(600)));
  }

  /** Deletes that do not help must not stop everything again and again. */
  @Test
  void smallDeletesNowAndThenDoNotMakeCollectionsFrequent() {
    heap.holds(800, 150);
    for (int i = 0; i < 36_000; i++) {
      if (i % 30 == 0) {
        revision++;
      }
      isFullAfter(Duration.ofMillis(100));
    }
    assertTrue(heap.collections <= 70, () -> heap.collections + " in an hour");
  }

  @Test
  void deletesMakeRoomWithoutWaitingForACollectionByChance() {
    heap.holds(800, 150);
    assertTrue(isFullAfter(Duration.ZERO));
    heap.holds(100, 700);
    revision++;
    assertFalse(isFullAfter(Duration.ofSeconds(2)));
  }

  @Test
  void aLittleLessIsNotEnough() {
    heap.holds(800, 150);
    assertTrue(isFullAfter(Duration.ZERO));
    heap.holds(740, 10);
    revision++;
    assertTrue(isFullAfter(Duration.ofSeconds(2)));
    heap.holds(710, 10);
    revision++;
    assertFalse(isFullAfter(Duration.ofSeconds(4)));
  }

  /** Each stops everything for as long as it takes. */
  @Test
  void collectionsThatDoNotHelpGetRarer() {
    heap.holds(800, 150);
    for (int i = 0; i < 600; i++) {
      heap.used = 950;
      revision++;
      isFullAfter(Duration.ofMillis(100));
    }
    assertTrue(heap.collections <= 6, () -> heap.collections + " in a minute");
    assertTrue(quota.isFull());
  }

  @Test
  void nothingIsFullOfWhichNothingIsKnown() {
    try (HeapQuota blind = new HeapQuota(null, 0.75, () -> 0, () -> 0)) {
      blind.look();
      assertFalse(blind.isFull());
      assertEquals(0, blind.limitBytes());
    }
  }
}
