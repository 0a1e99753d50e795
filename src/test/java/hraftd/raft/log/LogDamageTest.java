package hraftd.raft.log;

import static hraftd.raft.log.RaftLogTest.assertSame;
import static hraftd.raft.log.RaftLogTest.entries;
import static hraftd.raft.log.RaftLogTest.entry;
import static hraftd.raft.log.RaftLogTest.noFailure;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.testing.DamagedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log does about files that are torn, changed or gone. */
class LogDamageTest {

  /** In a segment's header, behind its magic and version. */
  private static final int HEADER_BYTE = 40;

  @TempDir Path directory;

  private DurableLog open() throws IOException {
    return open(SnapshotCover.NONE);
  }

  private DurableLog open(SnapshotCover cover) throws IOException {
    return DurableLog.open(
        new RealDisk(),
        directory,
        cover,
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
  void aTornTailDoesNotCount() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    DurableLog log = ManualLog.open(disk, syncer);
    log.append(entries(1, 3, 1));
    log.sync();
    syncer.run();
    int page = ManualLog.SMALL.pageBytes();
    int end = (int) (log.sizeBytes() + page - 1) / page * page; // a mark fills the page
    // Two writes of which the first never reaches the disk, and no fsync.
    log.append(entries(4, 4, 1));
    log.append(entries(5, 6, 1));
    disk.restart(/* keepFaults= */ false);
    Path file = Segment.path(ManualLog.DIRECTORY, 1);
    disk.flip(file, end, 1);
    log = ManualLog.open(disk, syncer);
    assertEquals(3, log.lastIndex());
    log.append(entries(4, 4, 2));
    log.close();
    disk.restart(/* keepFaults= */ false);
    log = ManualLog.open(disk, syncer);
    assertEquals(4, log.lastIndex(), "of the torn tail nothing comes back");
    assertSame(entry(4, 2), log.entry(4));
  }

  @Test
  void aTornTailIsPutAwayWithoutRoomOnTheDisk() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    ManualThread syncer = new ManualThread();
    DurableLog log = ManualLog.open(disk, syncer);
    log.append(entries(1, 3, 1));
    long end = log.sizeBytes();
    log.append(entries(4, 6, 1));
    disk.restart(/* keepFaults= */ false);
    disk.flip(Segment.path(ManualLog.DIRECTORY, 1), (int) end, 1);
    disk.setCapacity(0);
    log = ManualLog.open(disk, syncer);
    assertEquals(3, log.lastIndex());
    List<Entry> next = entries(4, 4, 1);
    assertTrue(log.hasRoom(next), "what makes room has none");
    log.append(next);
    assertSame(entry(4, 1), log.entry(4));
  }

  @Test
  void aDamagedEntryIsAnErrorThatNamesFileOffsetAndIndex() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path file = segments().get(1);
    DamagedFile.flip(file, SegmentHeader.SIZE + 20);
    Loss loss = damaged(file + " is damaged at offset 64: entry ");
    assertEquals(300, loss.through());
  }

  @Test
  void aMissingSegmentIsAnError() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path missing = segments().get(1);
    Files.delete(missing);
    assertEquals(300, damaged(missing.toString()).through());
  }

  @Test
  void theLastEntryIsWitnessedInTheNextPageWhenTheLogIsIdle() throws IOException {
    DurableLog log = open();
    log.append(entries(1, 6, 1));
    log.sync();
    Path file = segments().get(0);
    int page = ManualLog.SMALL.pageBytes();
    int mark = (int) (log.sizeBytes() + page - 1) / page * page;
    eventually("the mark is there", () -> byteAt(file, mark + 8) != 0);
    byte[] bytes = Files.readAllBytes(file);
    log.close();
    Files.delete(directory.resolve(FloorFile.NAME));
    Arrays.fill(bytes, mark - page, mark, (byte) 0);
    Files.write(file, bytes);
    damaged("was durable");
  }

  @Test
  void whatIsMissingAtTheEndIsNoticedByTheFloor() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Path newest = segments().get(segments().size() - 1);
    byte[] whole = Files.readAllBytes(newest);
    Files.delete(newest);
    assertEquals(300, damaged("the segment is missing, and with it the entries").through());
    byte[] zeros = whole.clone();
    Arrays.fill(zeros, SegmentHeader.SIZE, zeros.length, (byte) 0);
    Files.write(newest, zeros);
    damaged("says that the log had entry 300");
    Files.write(newest, Arrays.copyOf(whole, 500));
    assertEquals(300, damaged("says that the log had entry 300").through());
    Files.write(newest, whole);
    Files.delete(directory.resolve(FloorFile.NAME));
    assertEquals(Loss.UNKNOWN, damaged("how far the log must reach").through());
    assertEquals(Loss.UNKNOWN, damaged("at an earlier start").through());
  }

  @Test
  void aFileThatIsCutOffAfterAKillIsNoticed() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    DurableLog log = ManualLog.open(disk, new ManualThread());
    log.append(entries(1, 6, 1));
    disk.restart(/* keepFaults= */ false);
    disk.cut(Segment.path(ManualLog.DIRECTORY, 1), 4000);
    try (DurableLog again = ManualLog.open(disk, new ManualThread())) {
      assertEquals(Loss.UNKNOWN, Objects.requireNonNull(again.loss()).through());
    }
  }

  /** A start lets the log go on in another segment soon: the file is as long as before. */
  @Test
  void aFileThatIsCutOffAfterALaterStartIsNoticedToo() throws IOException {
    LogOptions large = new LogOptions(4 << 20, 0, 0, 0);
    CrashDisk disk = new CrashDisk(new Random(1));
    open(disk, large).append(entries(1, 6, 1));
    disk.restart(/* keepFaults= */ false);
    assertNull(open(disk, large).loss());
    disk.restart(/* keepFaults= */ false);
    disk.cut(Segment.path(ManualLog.DIRECTORY, 1), 3 << 20);
    assertEquals(Loss.UNKNOWN, Objects.requireNonNull(open(disk, large).loss()).through());
  }

  private static DurableLog open(CrashDisk disk, LogOptions options) throws IOException {
    return ManualLog.open(disk, new ArrayList<>(), options, new ManualThread(), new ManualThread());
  }

  @Test
  void whatWasLostIsFetchedAndThenCounts() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    DamagedFile.flip(segments().get(1), SegmentHeader.SIZE + 20);
    long last;
    try (DurableLog log = open()) {
      last = log.lastIndex();
      log.append(entries(last + 1, last + 10, 1));
      assertEquals(300, Objects.requireNonNull(log.loss()).through());
    }
    try (DurableLog log = open()) {
      assertEquals(last + 10, log.lastIndex());
      assertEquals(300, Objects.requireNonNull(log.loss()).through(), "a restart forgot it");
      log.append(entries(last + 11, 310, 1));
      log.regained();
      assertNull(log.loss());
    }
    try (DurableLog log = open()) {
      assertNull(log.loss());
      assertEquals(310, log.lastIndex());
      for (long index = 1; index <= 310; index++) {
        assertSame(entry(index, 1), log.entry(index));
      }
    }
  }

  @Test
  void aLogWithDamageCanBeTruncatedAndBegunAnew() throws IOException {
    for (boolean reset : new boolean[] {false, true}) {
      try (DurableLog log = open()) {
        log.reset(0, 0);
        log.append(entries(1, 300, 1));
      }
      DamagedFile.flip(segments().get(1), SegmentHeader.SIZE + 20);
      long last;
      try (DurableLog log = open()) {
        assertEquals(300, Objects.requireNonNull(log.loss()).through());
        last = reset ? 400 : log.lastIndex() - 5;
        if (reset) {
          log.reset(last, 1);
        } else {
          log.truncateFrom(last + 1);
        }
        log.append(entries(last + 1, last + 3, 2));
      }
      try (DurableLog log = open()) {
        assertEquals(last + 3, log.lastIndex());
        assertSame(entry(last + 3, 2), log.entry(last + 3));
        assertEquals(reset ? last + 1 : 1, log.firstIndex());
      }
    }
  }

  @Test
  void damageToWhatASnapshotHasDoesNoHarm() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    int segments = segments().size();
    for (int place = 0; place < segments; place++) {
      DamagedFile.flip(segments().get(place), SegmentHeader.SIZE + 20);
    }
    try (DurableLog log = open(() -> 298)) {
      assertNull(log.loss());
      assertTrue(log.firstIndex() <= 299 && log.firstIndex() > 250, "first " + log.firstIndex());
      assertEquals(300, log.lastIndex());
      assertEquals(1, log.term(log.firstIndex() - 1));
      for (long index = log.firstIndex(); index <= 300; index++) {
        assertSame(entry(index, 1), log.entry(index));
      }
    }
    assertEquals(1, segments().size(), "damaged segments are kept that a snapshot has");
  }

  /** A full disk keeps the log from beginning the segment that ends the truncation. */
  @Test
  void aTruncationThatACrashEndsIsNoDamageAtAnyLaterStart() throws IOException {
    boolean ended = false;
    for (int operations = 1; !ended; operations++) {
      CrashDisk disk = new CrashDisk(new Random(operations));
      ManualThread syncer = new ManualThread();
      DurableLog log = ManualLog.open(disk, syncer);
      while (disk.files().stream().filter(LogDamageTest::isSegment).count() < 3) {
        log.append(entries(log.lastIndex() + 1, log.lastIndex() + 1, 1));
      }
      log.sync();
      syncer.run();
      disk.powerOffAfter(operations);
      try {
        log.truncateFrom(2);
        ended = true;
      } catch (UncheckedIOException e) {
        assertTrue(disk.powerIsOff());
      }
      for (int start = 1; start <= 2; start++) {
        disk.restart(/* keepFaults= */ false);
        disk.setCapacity(0);
        log = ManualLog.open(disk, syncer);
        assertNull(log.loss(), "start " + start + " after " + operations + " operations");
      }
    }
  }

  @Test
  void aNewestSegmentThatGoesAfterAKillIsNoticedToo() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    DurableLog log = ManualLog.open(disk, new ManualThread());
    while (disk.files().stream().filter(LogDamageTest::isSegment).count() < 3) {
      log.append(entries(log.lastIndex() + 1, log.lastIndex() + 1, 1));
    }
    disk.restart(/* keepFaults= */ false);
    disk.delete(disk.files().stream().filter(LogDamageTest::isSegment).reduce((a, b) -> b).get());
    try (DurableLog again = ManualLog.open(disk, new ManualThread())) {
      assertEquals(Loss.UNKNOWN, Objects.requireNonNull(again.loss()).through());
    }
  }

  /** A log of 1.0 has no floor: what its newest file had, nothing tells once its header is gone. */
  @Test
  void aLogWithoutAFloorAndWithoutItsNewestHeaderIsNotTakenForAnEmptyOne() throws IOException {
    Path only = Segment.path(directory, 1);
    Files.copy(Path.of("src/test/resources/released/1.0.0/node/raft/log-0000000000000001"), only);
    DamagedFile.flip(only, HEADER_BYTE);
    Map<Path, String> before = contents();
    assertThrows(StoreDamagedException.class, this::open);
    assertEquals(before, contents());
  }

  @Test
  void norAreTheSegmentsBeforeItTakenForAllThatThereWas() throws IOException {
    try (DurableLog log = open()) {
      log.append(entries(1, 300, 1));
    }
    Files.delete(directory.resolve(FloorFile.NAME));
    DamagedFile.flip(segments().get(segments().size() - 1), HEADER_BYTE);
    for (SnapshotCover cover : List.of(SnapshotCover.NONE, (SnapshotCover) () -> 300)) {
      try (DurableLog log = open(cover)) {
        Loss loss = Objects.requireNonNull(log.loss(), "nothing is lost");
        assertEquals(log.lastIndex() + 1, loss.from());
        assertEquals(Loss.UNKNOWN, loss.through());
      }
      Files.delete(directory.resolve(FloorFile.NAME));
    }
  }

  private static boolean isSegment(Path file) {
    return Segment.isName(String.valueOf(file.getFileName()));
  }

  /** Opens it; says what is lost. Nothing is changed as long as nothing is appended. */
  private Loss damaged(String expected) throws IOException {
    Map<Path, String> before = contents();
    try (DurableLog log = open()) {
      Loss loss = Objects.requireNonNull(log.loss(), "nothing is lost");
      assertTrue(loss.what().contains(expected), loss.what());
      assertEquals(log.lastIndex() + 1, loss.from());
      for (long index = log.firstIndex(); index <= log.lastIndex(); index++) {
        assertSame(entry(index, 1), log.entry(index));
      }
      return loss;
    } finally {
      assertEquals(before, contents());
    }
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    for (Path file : segments()) {
      contents.put(file, HexFormat.of().formatHex(Files.readAllBytes(file)));
    }
    return contents;
  }

  private static int byteAt(Path file, long offset) {
    try {
      return Files.readAllBytes(file)[(int) offset];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
