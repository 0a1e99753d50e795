package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A record whose head lies in two sectors, and the power that fails twice. */
class TornHeadTest {

  /** So much of a head in the first sector has all in which the records of two terms differ. */
  private static final int ENOUGH = 16;

  private static final long CLOCK = 100;

  private final CrashDisk disk = new CrashDisk(new Random(1));
  private final ManualThread syncer = new ManualThread();
  private DurableLog log;

  TornHeadTest() throws IOException {
    log = ManualLog.open(disk, syncer);
  }

  private static List<Entry> noop(long index, long term) {
    return List.of(new Entry(index, term, Entry.Kind.NOOP, CLOCK, 0, 0, new byte[0]));
  }

  private Path segment() {
    return disk.files().stream()
        .filter(file -> Segment.isName(String.valueOf(file.getFileName())))
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private void powerFailsAndLeaves(Path file, byte[] bytes) throws IOException {
    disk.restart(/* keepFaults= */ false);
    disk.set(file, bytes);
    log = ManualLog.open(disk, syncer);
  }

  /**
   * The first time the second sector is lost, so that there is no record, but most of its head. The
   * second time the first sector keeps that, and the second one gets the end of another term's
   * head, which is the same.
   */
  @Test
  void whatIsLeftOfARecordIsNotMadeWholeByTheNextOne() throws IOException {
    long index = 0;
    long term = 0;
    Path file;
    byte[] before;
    byte[] first;
    int at;
    do {
      log.append(List.of(RaftLogTest.entry(++index, term)));
      log.sync();
      syncer.run();
      file = segment();
      before = disk.bytes(file);
      log.append(noop(++index, ++term));
      first = disk.bytes(file);
      at = Arrays.mismatch(before, first);
      if (!file.equals(segment()) || at % CrashDisk.SECTOR != CrashDisk.SECTOR - ENOUGH) {
        log.sync();
        syncer.run();
        at = -1;
      }
    } while (at < 0);
    byte[] left = before.clone();
    System.arraycopy(first, at, left, at, ENOUGH);
    Arrays.fill(left, at + ENOUGH, at + 2 * ENOUGH, (byte) 0x55); // Of an older segment, or a mark.
    powerFailsAndLeaves(file, left);
    assertEquals(index - 1, log.lastIndex());

    left = disk.bytes(file);
    log.append(noop(index, term + 1));
    log.append(List.of(RaftLogTest.entry(index + 1, term + 1)));
    byte[] second = disk.bytes(file);
    int sector = at / CrashDisk.SECTOR * CrashDisk.SECTOR;
    System.arraycopy(left, sector, second, sector, CrashDisk.SECTOR);
    powerFailsAndLeaves(file, second);
    assertEquals(index - 1, log.lastIndex(), "nothing comes back of the old term");
  }
}
