package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entries;
import static hraftd.raft.log.RaftLogTest.entry;
import static hraftd.raft.log.RaftLogTest.noFailure;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the log: restarts, damage, a full disk. */
class DurableLogTest {
  static final LogOptions SMALL = new LogOptions(4096, 500, 0, 2);

  /** With pages of 512 bytes, of the first of which the segment's header takes 64. */
  private static final LogOptions SMALL_PAGES = new LogOptions(4096, 512, 500, 0, 2);

  /** On a disk in memory. */
  private static final Path DIRECTORY = Path.of("log");

  @TempDir Path directory;

  private DurableLog open() throws IOException {
    return DurableLog.open(
        new RealDisk(), directory, SMALL, new RealLogThreads(), () -> {}, noFailure());
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

  @Test
  void anIdleLogIsNotForced() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    ManualThread keeper = new ManualThread();
    DurableLog log = manual(disk, new ArrayList<>(), SMALL, syncer, keeper);
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
  void aMissingSegmentIsAnError() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path missing = segments().get(1);
    Files.delete(missing);
    StoreDamagedException e = assertThrows(StoreDamagedException.class, this::open);
    assertTrue(String.valueOf(e.getMessage()).contains(missing.toString()), e.getMessage());
  }

  /** An entry of the first term whose record takes so many bytes. */
  private static Entry ofSize(long index, int size) {
    byte[] data = new byte[size - LogRecord.OVERHEAD];
    Arrays.fill(data, (byte) 1);
    return new Entry(index, 1, Entry.Kind.COMMAND, 0, 0, 0, data);
  }

  private static DurableLog withSmallPages(CrashDisk disk) throws IOException {
    return manual(disk, new ArrayList<>(), SMALL_PAGES);
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
    assertEquals(1296, append(log, 184), "more was free than had been appended");
    assertEquals(1480, append(log, 72), "less was free than a mark takes");
    disk.restart(/* keepFaults= */ false);
    log = withSmallPages(disk);
    assertEquals(7, log.lastIndex());
    assertSame(ofSize(6, 184), log.entry(6));
    assertSame(ofSize(7, 72), log.entry(7));
  }

  @Test
  void whatIsWrittenIsWholePages() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    DurableLog log = manual(disk, new ArrayList<>(), SMALL_PAGES, new ManualThread(), keeper);
    for (int i = 0; i < 200; i++) {
      append(log, 200);
      log.compact(log.lastIndex());
      keeper.run();
    }
    int end = (int) append(log, 80) + 80;
    ByteBuffer rest = ByteBuffer.allocate(-end & (SMALL_PAGES.pageBytes() - 1));
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
      disk.setCapacity(disk.used() + 6000);
      List<Entry> later = List.of(ofSize(2, size), ofSize(3, 80));
      assertTrue(log.hasRoomAnew(later));
      disk.setCapacity(disk.used());
      log.truncateFrom(2);
      assertTrue(log.hasRoom(later), "size " + size);
      later.forEach(entry -> log.append(List.of(entry)));
    }
  }

  @Test
  void aValueThatLooksLikeARecordIsNone() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (DurableLog log = manual(disk, new ArrayList<>(), SMALL)) {
      ByteBuffer fake = ByteBuffer.allocate(200);
      LogRecord.put(fake, 0, 0, entry(2, 1), 100_000);
      log.append(List.of(new Entry(1, 1, Entry.Kind.COMMAND, 0, 0, 0, fake.array())));
    }
    disk.restart(/* keepFaults= */ false);
    Path file = Segment.path(DIRECTORY, 1);
    int mark = SegmentHeader.SIZE + LogRecord.size(200);
    for (int offset : new int[] {SegmentHeader.SIZE, mark}) {
      disk.flip(file, offset, 1);
    }
    try (DurableLog log = manual(disk, new ArrayList<>(), SMALL)) {
      assertEquals(0, log.lastIndex());
    }
  }

  @Test
  void anEntryAppendedDuringAnFsyncIsNotDurableByIt() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    DurableLog log = manual(disk, new ArrayList<>(), SMALL, syncer, new ManualThread());
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
            new RealDisk(), directory, options, new RealLogThreads(), done, noFailure())) {
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

  @Test
  void aFullDiskIsToldAndGoesAwayWithoutHarm() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread keeper = new ManualThread();
    List<Throwable> told = new ArrayList<>();
    LogOptions options = new LogOptions(4096, 500, 10_000, 2);
    DurableLog log = manual(disk, told, options, new ManualThread(), keeper);
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
    DurableLog log = manual(disk, told, SMALL);
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
    LogOptions options = new LogOptions(4096, 500, 0, 10);
    DurableLog log = manual(disk, new ArrayList<>(), options, new ManualThread(), keeper);
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
    log = manual(disk, new ArrayList<>(), options, new ManualThread(), keeper);
    assertEquals(last, log.lastIndex());
    for (long index = last - 19; index <= last; index++) {
      assertSame(entry(index, 1), log.entry(index));
    }
    for (Path file : disk.files()) {
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
    LogOptions options = new LogOptions(4096, 500, reserveBytes, 10);
    DurableLog log = manual(disk, new ArrayList<>(), options, new ManualThread(), keeper);
    log.append(entries(1, 300, 1));
    log.compact(300);
    keeper.run();
    return log;
  }

  private static DurableLog manual(CrashDisk disk, List<Throwable> told, LogOptions options)
      throws IOException {
    return manual(disk, told, options, new ManualThread(), new ManualThread());
  }

  /** A log in memory whose threads work when the test says so. */
  static DurableLog manual(
      CrashDisk disk,
      List<Throwable> told,
      LogOptions options,
      ManualThread syncer,
      ManualThread keeper)
      throws IOException {
    return DurableLog.open(
        disk,
        DIRECTORY,
        options,
        new ManualLogThreads(syncer, keeper),
        () -> {},
        new FailStop(told::add));
  }
}
