package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entries;
import static hraftd.raft.log.RaftLogTest.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The log on a disk that fills up, and the files that it keeps to use again. */
class LogRoomTest {

  @Test
  void aFullDiskIsToldAndGoesAwayWithoutHarm() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    List<Throwable> told = new ArrayList<>();
    LogOptions options = new LogOptions(4096, 512, 500, 10_000, 2);
    DurableLog log = ManualLog.open(disk, told, options, new ManualThread(), keeper);
    log.tick();
    assertFalse(log.nearlyFull());

    disk.setCapacity(disk.used() + 9_999);
    log.tick();
    assertTrue(log.nearlyFull(), "the reserve is touched");
    disk.setCapacity(disk.used() + 10_000);
    log.tick();
    assertFalse(log.nearlyFull());

    disk.setCapacity(disk.used());
    log.append(entries(1, 30, 1));
    keeper.run();
    assertTrue(log.nearlyFull(), "no room for another spare segment");
    assertEquals(List.of(), told);

    disk.setCapacity(disk.used() + 20_000);
    log.tick();
    assertFalse(log.nearlyFull());
    log.append(entries(31, 60, 1));
    assertEquals(60, log.lastIndex());
    log.close();
    assertEquals(List.of(), told);
  }

  @Test
  void noRoomAtAllIsFinal() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    List<Throwable> told = new ArrayList<>();
    DurableLog log = ManualLog.open(disk, told, ManualLog.SMALL);
    log.tick();
    disk.setCapacity(disk.used());
    assertThrows(UncheckedIOException.class, () -> log.append(entries(1, 300, 1)));
    assertEquals(1, told.size());
    assertThrows(UncheckedIOException.class, log::sync);
    assertThrows(UncheckedIOException.class, () -> log.truncateFrom(1));
    assertThrows(UncheckedIOException.class, () -> log.reset(5, 5));
    assertThrows(UncheckedIOException.class, () -> log.compact(1));
    log.close();
    assertEquals(1, told.size());
  }

  @Test
  void theFilesOfOldSegmentsBecomeNewOnes() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    LogOptions options = new LogOptions(4096, 512, 500, 0, 10);
    DurableLog log = ManualLog.open(disk, new ArrayList<>(), options, new ManualThread(), keeper);
    long last = 0;
    int created = 0;
    for (int round = 0; round < 20; round++) {
      log.append(entries(last + 1, last + 100, 1));
      last += 100;
      log.compact(last);
      keeper.run();
      if (round == 5) {
        created = disk.created();
      }
    }
    assertEquals(created, disk.created(), "files that were made once there were old ones");

    log.append(entries(last + 1, last + 20, 1));
    last += 20;
    disk.restart(/* keepFaults= */ false);
    log = ManualLog.open(disk, new ArrayList<>(), options, new ManualThread(), keeper);
    assertEquals(last, log.lastIndex());
    for (long index = last - 19; index <= last; index++) {
      assertSame(entry(index, 1), log.entry(index));
    }
    List<Path> segments =
        disk.files().stream().filter(f -> Segment.isName(String.valueOf(f.getFileName()))).toList();
    for (Path file : segments) {
      assertEquals(4096, disk.length(file), "nothing of the old entries counts as torn");
    }
  }

  @Test
  void keptFilesMakeRoomForAnEntryLargerThanASegment() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    DurableLog log = withKeptFiles(disk, keeper, /* reserveBytes= */ 0);
    disk.setCapacity(disk.used() + 4096);
    Entry large = new Entry(301, 1, Entry.Kind.COMMAND, 0, 0, 0, new byte[8000]);
    assertTrue(log.hasRoom(List.of(large)));
    log.append(List.of(large));
    assertSame(large, log.entry(301));
  }

  @Test
  void keptFilesMakeRoomForSomethingElse() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    DurableLog log = withKeptFiles(disk, keeper, /* reserveBytes= */ 0);
    long before = disk.used();
    log.makeRoom();
    keeper.run();
    assertTrue(disk.used() < before - 2 * 4096, "kept files are still there");
  }

  @Test
  void keptFilesMakeRoomOnAFullDisk() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    DurableLog log = withKeptFiles(disk, keeper, /* reserveBytes= */ 8000);
    long before = disk.used();
    disk.setCapacity(before + 7999);
    log.tick();
    assertFalse(log.nearlyFull());
    assertTrue(disk.used() < before, "kept files are still there");
  }

  /** Has entries up to 300, most of them compacted, and the files in which those were. */
  private static DurableLog withKeptFiles(CrashDisk disk, ManualThread keeper, long reserveBytes)
      throws IOException {
    LogOptions options = new LogOptions(4096, 512, 500, reserveBytes, 10);
    DurableLog log = ManualLog.open(disk, new ArrayList<>(), options, new ManualThread(), keeper);
    log.append(entries(1, 300, 1));
    log.compact(300);
    keeper.run();
    return log;
  }
}
