package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entries;
import static hraftd.raft.log.RaftLogTest.entry;
import static hraftd.raft.log.RaftLogTest.noFailure;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log in its files: restarts, and what is durable when. */
class DurableLogTest {

  @TempDir Path directory;

  @Test
  void everythingIsThereAfterARestart() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 200, 1));
      log.append(entries(201, 300, 3));
      log.truncateFrom(251);
      log.append(entries(251, 260, 4));
      log.compact(100);
    }
    try (DurableLog log = open()) {
      long first = log.firstIndex();
      assertTrue(first > 50 && first <= 101);
      assertEquals(1, log.term(first - 1));
      assertEquals(260, log.lastIndex());
      assertEquals(260, log.syncedIndex());
      for (long index = first; index <= 260; index++) {
        assertSame(entry(index, index > 250 ? 4 : index > 200 ? 3 : 1), log.entry(index));
      }
      log.reset(999, 9);
    }
    try (DurableLog log = open()) {
      assertEquals(1000, log.firstIndex());
      assertEquals(999, log.lastIndex());
      assertEquals(9, log.term(999));
      assertEquals(1, segments().size());
    }
  }

  @Test
  void anEntryLargerThanASegmentHasItsOwn() throws IOException {
    byte[] data = new byte[3 << 20];
    new Random(1).nextBytes(data);
    try (DurableLog log = open()) {
      log.append(entries(1, 3, 1));
      log.append(List.of(new Entry(4, 1, Entry.Kind.COMMAND, 0, 0, 0, data), entry(5, 1)));
      assertArrayEquals(data, log.entry(4).data());
    }
    try (DurableLog log = open()) {
      assertEquals(5, log.lastIndex());
      assertArrayEquals(data, log.entry(4).data());
      assertSame(entry(5, 1), log.entry(5));
    }
  }

  @Test
  void whatWasCommittedIsKnownAfterARestart() throws IOException {
    try (DurableLog log = open()) {
      assertEquals(0, log.committedAtOpen());
      log.append(entries(1, 200, 1));
      log.committed(150);
    }
    try (DurableLog log = open()) {
      assertEquals(150, log.committedAtOpen());
      // Nothing is written, and yet there is news.
      log.committed(180);
    }
    try (DurableLog log = open()) {
      assertEquals(180, log.committedAtOpen());
      log.append(entries(201, 300, 2));
    }
    try (DurableLog log = open()) {
      assertEquals(180, log.committedAtOpen(), "nothing new was known");
      log.reset(999, 9);
      assertEquals(999, log.lastIndex());
    }
  }

  private DurableLog open() throws IOException {
    return DurableLog.open(
        new RealDisk(),
        directory,
        SnapshotCover.NONE,
        ManualLog.SMALL,
        new RealLogThreads(),
        () -> {},
        noFailure());
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> Segment.isName(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    }
  }

  @Test
  void anIdleLogIsNotForced() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    ManualThread keeper = new ManualThread();
    DurableLog log = ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL, syncer, keeper);
    log.append(entries(1, 10, 1));
    log.sync();
    int forced = -1;
    for (int tick = 0; tick < 100; tick++) {
      log.tick();
      keeper.run();
      syncer.run();
      if (tick == 3) {
        forced = disk.forces();
      }
    }
    assertEquals(forced, disk.forces());
  }

  @Test
  void anEntryAppendedDuringAnFsyncIsNotDurableByIt() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    DurableLog log =
        ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL, syncer, new ManualThread());
    log.append(entries(1, 1, 1));
    log.sync();
    disk.duringNextForce(() -> log.append(entries(2, 2, 1)));
    syncer.run();
    assertEquals(1, log.syncedIndex());
    log.sync();
    syncer.run();
    assertEquals(2, log.syncedIndex());
  }

  @Test
  void appendingGoesOnWhileWhatCameBeforeIsForced() throws IOException {
    LogOptions options = new LogOptions(32 << 10, 10_000, 0, 0);
    AtomicLong lastSeen = new AtomicLong();
    AtomicReference<DurableLog> opened = new AtomicReference<>();
    Runnable done =
        () -> {
          DurableLog log = opened.get();
          if (log != null) {
            long synced = log.syncedIndex();
            assertTrue(lastSeen.getAndSet(synced) <= synced, "it went backwards");
          }
        };
    try (DurableLog log =
        DurableLog.open(
            new RealDisk(),
            directory,
            SnapshotCover.NONE,
            options,
            new RealLogThreads(),
            done,
            noFailure())) {
      opened.set(log);
      for (long index = 1; index <= 1000; index += 2) {
        log.append(entries(index, index + 1, 1));
        log.sync();
        assertTrue(log.syncedIndex() <= log.lastIndex());
      }
      eventually("all is durable", () -> log.syncedIndex() == 1000);
    }
    try (DurableLog log = open()) {
      for (long index = 1; index <= 1000; index++) {
        assertSame(entry(index, 1), log.entry(index));
      }
    }
  }
}
