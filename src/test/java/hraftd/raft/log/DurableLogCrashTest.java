package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thousands of random lives of a log. A failure prints its seed; {@code -Dseeds=N} for more. */
class DurableLogCrashTest {
  private static final int SEEDS = Integer.getInteger("seeds", 1000);

  private interface Life {
    void live(LogHistory history) throws IOException;
  }

  private static void forSeeds(int seeds, Life life) {
    for (long seed = 0; seed < seeds; seed++) {
      try {
        life.live(new LogHistory(seed));
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void steps(LogHistory history, int count) throws IOException {
    try {
      for (int i = 0; i < count && !history.failed(); i++) {
        history.step();
      }
    } catch (UncheckedIOException e) {
      assertTrue(history.failed(), "a failure must be told");
    }
  }

  @Test
  void whatWasDurableSurvivesTheLossOfPowerAtAnyMoment() {
    forSeeds(
        SEEDS,
        history -> {
          for (int crash = 0; crash < 4; crash++) {
            history.disk().powerOffAfter(1 + history.random().nextInt(120));
            steps(history, 150);
            history.crash();
          }
        });
  }

  @Test
  void theLossOfPowerWhileALogIsOpenedLosesNothing() {
    forSeeds(
        SEEDS / 2,
        history -> {
          steps(history, 60);
          for (int attempt = 0; attempt < 6; attempt++) {
            history.disk().crash();
            history.disk().powerOffAfter(1 + history.random().nextInt(40));
            history.startAgain();
          }
          history.crash();
        });
  }

  @Test
  void aFailedWriteOrFsyncIsFinalToldOnceAndNothingDurableIsLost() {
    forSeeds(
        SEEDS,
        history -> {
          if (history.random().nextBoolean()) {
            history.disk().failWrite(1 + history.random().nextInt(40));
          } else {
            history.disk().failForce(1 + history.random().nextInt(20));
          }
          steps(history, 200);
          if (history.failed() && !history.down()) {
            long synced = history.log().syncedIndex();
            Entry next = new Entry(1, 1, Entry.Kind.NOOP, 0, 0, 0, new byte[0]);
            assertThrows(UncheckedIOException.class, () -> history.log().append(List.of(next)));
            assertThrows(UncheckedIOException.class, () -> history.log().sync());
            history.log().tick();
            assertEquals(synced, history.log().syncedIndex());
            assertEquals(1, history.toldFailures());
          }
          // The process starts again on the same page cache, and only then the power goes.
          if (history.random().nextBoolean()) {
            history.restart();
            steps(history, history.random().nextInt(30));
          }
          history.crash();
        });
  }

  @Test
  void aChangedByteIsNoticedOrHarmless() {
    int[] noticed = {0};
    forSeeds(
        SEEDS,
        history -> {
          steps(history, 60);
          history.settle();
          CrashDisk disk = history.disk();
          Random random = history.random();
          List<Path> files = disk.files();
          Path file = files.get(random.nextInt(files.size()));
          // Most of a small log's last file is zeros: half of the changes go where the records are.
          int length = disk.length(file);
          int offset = random.nextInt(random.nextBoolean() ? length : Math.min(length, 400));
          disk.flip(file, offset, 1 << random.nextInt(8));
          String message = history.openDamaged();
          if (message != null) {
            noticed[0]++;
            assertTrue(message.contains(String.valueOf(file)), message);
          }
        });
    assertTrue(noticed[0] > SEEDS / 10, "only " + noticed[0] + " were noticed");
  }

  @Test
  void aByteThatChangesWhileTheLogIsOpenIsNoticedWhenItIsRead() {
    forSeeds(
        SEEDS / 2,
        history -> {
          steps(history, 60);
          history.settle();
          List<Path> files = history.disk().files();
          Path file = files.get(history.random().nextInt(files.size()));
          int offset = history.random().nextInt(history.disk().length(file));
          history.disk().flip(file, offset, 1);
          try {
            history.check(history.log().lastIndex());
          } catch (UncheckedIOException e) {
            assertTrue(e.getCause() instanceof StoreDamagedException);
            assertTrue(history.failed());
          }
        });
  }

  @Test
  void aTruncationFindsWhatAnEarlierOneLeftHalfDone() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      CrashDisk disk = new CrashDisk(random);
      ManualThread syncer = new ManualThread();
      DurableLog log =
          ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL, syncer, new ManualThread());
      for (Entry entry : RaftLogTest.entries(1, 12, 1)) {
        log.append(List.of(entry));
        log.sync();
        syncer.run();
      }
      truncate(log, 4 + random.nextInt(9), disk, random);
      disk.crash();
      DurableLog second = reopen(disk, seed);
      truncate(second, 1 + random.nextInt(4), disk, random);
      disk.restart(/* keepFaults= */ false);
      if (random.nextBoolean()) {
        disk.crash();
      }
      reopen(disk, seed);
    }
  }

  private static void truncate(DurableLog log, long index, CrashDisk disk, Random random) {
    disk.powerOffAfter(1 + random.nextInt(10));
    try {
      log.truncateFrom(index);
    } catch (UncheckedIOException e) {
      // The power went off.
    }
  }

  private static DurableLog reopen(CrashDisk disk, long seed) {
    try {
      DurableLog log =
          ManualLog.open(
              disk, new ArrayList<>(), ManualLog.SMALL, new ManualThread(), new ManualThread());
      for (long index = 1; index <= log.lastIndex(); index++) {
        RaftLogTest.assertSame(RaftLogTest.entry(index, 1), log.entry(index));
      }
      return log;
    } catch (IOException | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  @Test
  void nothingIsForcedAnyMoreOnceThatHasFailed() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    Path path = Path.of("segment");
    Disk.DiskFile file = disk.create(path);
    file.writeFully(ByteBuffer.allocate(4096), 0);
    SegmentHeader header = new SegmentHeader(1, 1, 0, false, 1);
    LogTail tail = new LogTail(new Segment(path, file, header, 4096), ManualLog.SMALL, 0);
    tail.write(RaftLogTest.entries(1, 3, 1));
    disk.failForce(1);
    assertThrows(IOException.class, tail::force);
    assertThrows(IOException.class, tail::force);
    assertThrows(
        IOException.class,
        () ->
            tail.moveTo(
                () -> {
                  throw new AssertionError("a segment behind what may be lost");
                }));
    assertEquals(0, tail.syncedIndex());
  }
}
