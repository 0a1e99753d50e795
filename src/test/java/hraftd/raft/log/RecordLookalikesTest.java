package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A value may hold what looks like a record of the log. */
class RecordLookalikesTest {

  @Test
  void aValueThatLooksLikeARecordIsNone() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (DurableLog log = ManualLog.open(disk, new ManualThread())) {
      ByteBuffer fake = ByteBuffer.allocate(200);
      SegmentHeader guessed = new SegmentHeader(1, 1, 0, /* supersedes= */ false, /* salt= */ 0);
      LogRecord.put(fake, guessed, 100_000, entry(2, 1), 100_000);
      log.append(List.of(new Entry(1, 1, Entry.Kind.COMMAND, 0, 0, 0, fake.array())));
    }
    disk.restart(/* keepFaults= */ false);
    Path file = Segment.path(ManualLog.DIRECTORY, 1);
    SegmentScan scan = new SegmentScan();
    disk.flip(file, SegmentHeader.SIZE, 1);
    try (Disk.DiskFile opened = disk.open(file)) {
      ByteBuffer head = ByteBuffer.allocate(SegmentHeader.SIZE);
      opened.readFully(head, 0);
      SegmentHeader header = SegmentHeader.decode(head.clear());
      Segment segment = new Segment(file, opened, Objects.requireNonNull(header), 4096);
      scan.walk(segment, Long.MAX_VALUE);
      assertEquals(0, segment.nextIndex() - 1);
      int mark = ManualLog.SMALL.pageBytes();
      assertEquals(mark, scan.behind(segment).proof(), "an entry was found in the value");
    }
  }

  /**
   * A segment of the usual size, full of what begins like a record, each as long as all behind it.
   * Reading all of that for each of them took a minute and more.
   */
  @Test
  void valuesThatLookLikeRecordsDoNotMakeAStartLong() throws IOException {
    LogOptions usual = new LogOptions(16 << 20, 0, 0, 0);
    CrashDisk disk = new CrashDisk(new Random(1));
    ByteBuffer value = ByteBuffer.allocate(8 << 20);
    for (int at = 0; at < value.capacity(); at += 8) {
      // In every alignment: the kind and the length of a head; in the first format, a magic number.
      value.put(at, (byte) 0xa1).put(at + 1, (byte) 32).putInt(at + 4, 0x6852_4131);
    }
    DurableLog log =
        ManualLog.open(disk, new ArrayList<>(), usual, new ManualThread(), new ManualThread());
    log.append(List.of(new Entry(1, 1, Entry.Kind.COMMAND, 0, 0, 0, value.array())));
    disk.restart(/* keepFaults= */ false);
    disk.flip(Segment.path(ManualLog.DIRECTORY, 1), SegmentHeader.SIZE, 1);
    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          DurableLog again =
              ManualLog.open(
                  disk, new ArrayList<>(), usual, new ManualThread(), new ManualThread());
          assertEquals(0, again.lastIndex());
        });
  }
}
