package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where records lie on the pages of their files, and that the room which was told is there. */
class LogPagesTest {

  /** Of the entries here. Up to four bytes less do not change the size of a record. */
  private static final int MAX_HEAD_BYTES = 28;

  /** An entry of the first term whose record takes so many bytes. */
  private static Entry ofSize(long index, int size) {
    byte[] data = new byte[size - MAX_HEAD_BYTES];
    Arrays.fill(data, (byte) 1);
    return new Entry(index, 1, Entry.Kind.COMMAND, 0, 0, 0, data);
  }

  private static DurableLog withSmallPages(CrashDisk disk) throws IOException {
    return ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL);
  }

  /** Appends an entry of this size; says at which offset of its segment it is. */
  private static long append(DurableLog log, int size) {
    log.append(List.of(ofSize(log.lastIndex() + 1, size)));
    return log.sizeBytes() - size;
  }

  @Test
  void whatNearlyFillsItsPageHasItForItself() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    DurableLog log = withSmallPages(disk);
    assertEquals(64, append(log, 304));
    assertEquals(512, append(log, 80));
    assertEquals(592, append(log, 240), "more of the page was free than used");
    assertEquals(1024, append(log, 200));
    assertEquals(1224, append(log, 72));
    assertEquals(1296, append(log, 200), "more was free than had been appended");
    assertEquals(1496, append(log, 72), "less was free than a mark takes");
    disk.restart(/* keepFaults= */ false);
    log = withSmallPages(disk);
    assertEquals(7, log.lastIndex());
    assertSame(ofSize(6, 200), log.entry(6));
    assertSame(ofSize(7, 72), log.entry(7));
  }

  @Test
  void whatIsWrittenIsWholePages() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    DurableLog log =
        ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL, new ManualThread(), keeper);
    for (int i = 0; i < 200; i++) {
      append(log, 200);
      log.compact(log.lastIndex());
      keeper.run();
    }
    int end = (int) append(log, 80) + 80;
    ByteBuffer rest = ByteBuffer.allocate(-end & (ManualLog.SMALL.pageBytes() - 1));
    assertTrue(rest.capacity() > 256, "hardly anything of the page is free");
    disk.open(disk.files().get(0)).readFully(rest, end);
    assertArrayEquals(new byte[rest.capacity()], rest.array(), "the file's former life as another");
  }

  @Test
  void thereIsTheRoomThatWasToldAlsoBehindAFilledPage() throws IOException {
    for (int size = 72; size <= 600; size += 8) {
      CrashDisk disk = new CrashDisk(new Random(1));
      DurableLog log = withSmallPages(disk);
      disk.setCapacity(disk.used());
      while (log.hasRoom(List.of(ofSize(0, size), ofSize(0, 600)))) {
        append(log, size);
      }
      append(log, 600);
      assertTrue(log.sizeBytes() > 2500, "hardly anything had room");
    }
  }

  @Test
  void thereIsTheRoomThatWasToldAlsoInANewSegment() throws IOException {
    for (int size = 72; size <= 5000; size += 8) {
      CrashDisk disk = new CrashDisk(new Random(1));
      DurableLog log = withSmallPages(disk);
      append(log, 80);
      append(log, 80);
      disk.setCapacity(disk.used() + 7000);
      List<Entry> later = List.of(ofSize(2, size), ofSize(3, 80));
      assertTrue(log.hasRoomAnew(later));
      disk.setCapacity(disk.used());
      log.truncateFrom(2);
      assertTrue(log.hasRoom(later), "size " + size);
      later.forEach(entry -> log.append(List.of(entry)));
    }
  }
}
