package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.docs.HexBlocks;
import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The segment in docs/formats.md has the bytes that it has there. */
class LogFormatTest {

  private static final long SALT = 0x0102030405060708L;

  private static Entry documented() {
    return new Entry(
        /* index= */ 1,
        /* term= */ 2,
        Entry.Kind.COMMAND,
        /* clock= */ 1000,
        /* origin= */ 0x1111222233334444L,
        /* sequence= */ 5,
        new byte[] {1, 6});
  }

  @Test
  void theDocumentedSegmentHasTheDocumentedBytes() throws IOException {
    Entry entry = documented();
    SegmentHeader header =
        new SegmentHeader(
                /* sequence= */ 1,
                /* baseIndex= */ 1,
                /* baseTerm= */ 0,
                /* supersedes= */ false,
                SALT)
            .in(/* fileBytes= */ 16 << 20, /* isReused= */ false);
    ByteBuffer segment = ByteBuffer.allocate(256);
    segment.put(header.encode());
    LogRecord.put(segment, header, SegmentHeader.SIZE, entry, /* witness= */ SegmentHeader.SIZE);
    long end = segment.position();
    LogRecord.putMarkBehind(
        segment,
        header,
        /* offset= */ 4096,
        /* lastIndex= */ 1,
        /* committed= */ 1,
        /* witness= */ end);
    assertEquals(
        HexBlocks.read("segment"),
        HexFormat.of().formatHex(segment.array(), 0, segment.position()));
  }

  @Test
  void theDocumentedSegmentOfTheFirstFormatIsRead() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (Disk.DiskFile file = disk.create(Segment.path(ManualLog.DIRECTORY, 1))) {
      file.writeFully(ByteBuffer.wrap(HexFormat.of().parseHex(HexBlocks.read("segment-1"))), 0);
    }
    try (DurableLog log = ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL)) {
      assertEquals(1, log.lastIndex());
      assertEquals(1, log.committedAtOpen());
      RaftLogTest.assertSame(documented(), log.entry(1));
      log.append(RaftLogTest.entries(2, 3, 2));
    }
    try (DurableLog log = ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL)) {
      assertEquals(3, log.lastIndex());
      RaftLogTest.assertSame(documented(), log.entry(1));
      RaftLogTest.assertSame(RaftLogTest.entry(3, 2), log.entry(3));
    }
  }
}
