package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entries;
import static hraftd.raft.log.RaftLogTest.entry;
import static hraftd.raft.log.RaftLogTest.noFailure;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log does about files that are torn, changed or gone. */
class LogDamageTest {

  @TempDir Path directory;

  private DurableLog open() throws IOException {
    return DurableLog.open(
        new RealDisk(), directory, ManualLog.SMALL, new RealLogThreads(), () -> {}, noFailure());
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> Segment.isName(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    }
  }

  private void flip(Path file, long offset) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), offset);
    }
  }

  @Test
  void aTornTailIsCutOff() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 10, 1));
    }
    Path file = segments().get(0);
    long end = end(entries(1, 10, 1)) + LogRecord.OVERHEAD;
    flip(file, end + 20);
    try (DurableLog log = open()) {
      assertEquals(10, log.lastIndex());
      assertEquals(end, Files.size(file));
      log.append(entries(11, 12, 1));
    }
    try (DurableLog log = open()) {
      assertSame(entry(12, 1), log.entry(12));
    }
  }

  @Test
  void aDamagedEntryIsAnErrorThatNamesFileOffsetAndIndex() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path file = segments().get(1);
    flip(file, SegmentHeader.SIZE + 20);
    byte[] before = Files.readAllBytes(file);
    StoreDamagedException e = assertThrows(StoreDamagedException.class, this::open);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(file + " is damaged at offset 64: entry "), message);
    assertTrue(message.contains("Nothing was overwritten"), message);
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void aMissingSegmentIsAnError() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path missing = segments().get(1);
    Files.delete(missing);
    StoreDamagedException e = assertThrows(StoreDamagedException.class, this::open);
    assertTrue(String.valueOf(e.getMessage()).contains(missing.toString()), e.getMessage());
  }

  @Test
  void theLastEntryIsWitnessedWhenTheLogIsIdle() throws IOException {
    DurableLog log = open();
    log.append(entries(1, 10, 1));
    log.sync();
    Path file = segments().get(0);
    long mark = end(entries(1, 10, 1));
    eventually("the mark is there", () -> byteAt(file, mark + 7) != 0);
    log.close();
    flip(file, mark - 1);
    StoreDamagedException e = assertThrows(StoreDamagedException.class, this::open);
    assertTrue(String.valueOf(e.getMessage()).contains("entry 10 was durable"), e.getMessage());
  }

  @Test
  void aValueThatLooksLikeARecordIsNone() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (DurableLog log = ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL)) {
      ByteBuffer fake = ByteBuffer.allocate(200);
      LogRecord.put(fake, 0, 0, entry(2, 1), 100_000);
      log.append(List.of(new Entry(1, 1, Entry.Kind.COMMAND, 0, 0, 0, fake.array())));
    }
    disk.restart(/* keepFaults= */ false);
    Path file = Segment.path(ManualLog.DIRECTORY, 1);
    int mark = SegmentHeader.SIZE + LogRecord.size(200);
    for (int offset : new int[] {SegmentHeader.SIZE, mark}) {
      disk.flip(file, offset, 1);
    }
    try (DurableLog log = ManualLog.open(disk, new ArrayList<>(), ManualLog.SMALL)) {
      assertEquals(0, log.lastIndex());
    }
  }

  private static long end(List<Entry> entries) {
    return SegmentHeader.SIZE
        + entries.stream().mapToLong(entry -> LogRecord.size(entry.data().length)).sum();
  }

  private static int byteAt(Path file, long offset) {
    try {
      return Files.readAllBytes(file)[(int) offset];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
