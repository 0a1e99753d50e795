package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A follower whose disk is full: it takes no more, answers, and goes on once there is room. */
@Timeout(180)
class FullFollowerTest {

  /** Fewer than a file of the log holds. */
  private static final int BATCH = 300;

  /** More than all its files hold when the disk is full. */
  private static final int MOST_BATCHES = 20;

  private final CrashDisk disk = new CrashDisk(new Random(1));
  private ScriptedFollower follower;

  @BeforeEach
  void start() throws IOException {
    follower = new ScriptedFollower(disk, Path.of("data"));
  }

  @AfterEach
  void stop() {
    follower.close();
  }

  private static long[] terms(long term) {
    long[] terms = new long[BATCH];
    Arrays.fill(terms, term);
    return terms;
  }

  private DangerFollower.Reply reply() {
    return Objects.requireNonNull(follower.reply(), "no answer");
  }

  /** Fills the disk and the log. */
  private long fill() {
    disk.setCapacity(disk.used());
    for (int i = 0; i < MOST_BATCHES; i++) {
      long last = follower.lastIndex();
      follower.append(1, last, last == 0 ? 0 : 1, /* commitIndex= */ 0, terms(1));
      assertFalse(follower.stopped());
      if (follower.lastIndex() == last) {
        return last;
      }
    }
    throw new AssertionError("the disk does not get full");
  }

  private void makeRoom() {
    disk.setCapacity(disk.used() + (1 << 20));
  }

  @Test
  void acknowledgesNoMoreThanItHas() {
    long last = fill();
    assertTrue(last > 0);
    assertTrue(reply().matched());
    assertEquals(last, reply().index());
  }

  @Test
  void doesNotAskForWhatItCannotTake() {
    long last = fill();
    follower.append(1, last + BATCH, 1, last, 1);
    assertTrue(reply().matched());
    assertEquals(last, reply().index());
  }

  @Test
  void goesOnOnceThereIsRoom() {
    long last = fill();
    makeRoom();
    follower.append(1, last + BATCH, 1, last);
    assertFalse(reply().matched(), "asks for what it lacks");
    follower.append(1, last, 1, last, terms(1));
    assertEquals(last + BATCH, reply().index());
    assertEquals(last + BATCH, follower.lastIndex());
  }

  @Test
  void keepsAContradictingTailUntilItCanBeReplaced() {
    long last = fill();
    follower.append(2, last - 1, 1, last - 1, 2);
    assertFalse(follower.stopped());
    assertEquals(last - 1, reply().index());
    assertEquals(1, follower.termAt(last));
    makeRoom();
    follower.append(2, last - 1, 1, last - 1, 2);
    assertEquals(last, reply().index());
    assertEquals(2, follower.termAt(last));
  }

  @Test
  void takesASnapshotOnceThereIsRoom() {
    long last = fill();
    follower.snapshot(1, last + 10, 1);
    assertFalse(follower.stopped());
    assertTrue(follower.commitIndex() <= last);
    makeRoom();
    follower.snapshot(1, last + 10, 1);
    assertEquals(last + 10, follower.commitIndex());
    assertFalse(follower.stopped());
  }
}
