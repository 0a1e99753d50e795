package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.RealDisk;
import hraftd.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every log does, in memory or on a real disk. */
public class RaftLogTest {
  @TempDir Path directory;

  private interface Kind {
    RaftLog open(Path directory, Runnable done) throws IOException;
  }

  private record Named(String name, Kind kind) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Named> kinds() {
    // Small segments and next to no cache: most reads come from several files.
    LogOptions options = new LogOptions(4096, 512, 500, 0, 2);
    return Stream.of(
        new Named("memory", (directory, done) -> new MemoryLog(done)),
        new Named(
            "files",
            (directory, done) ->
                DurableLog.open(
                    new RealDisk(),
                    directory,
                    SnapshotCover.NONE,
                    options,
                    new RealLogThreads(),
                    done,
                    noFailure())));
  }

  static FailStop noFailure() {
    return new FailStop(
        failure -> {
          throw new AssertionError(failure);
        });
  }

  static Entry entry(long index, long term) {
    byte[] data = new byte[(int) (index * 37 % 200)];
    new Random(index).nextBytes(data);
    return new Entry(index, term, Entry.Kind.COMMAND, index * 10, 3, index, data);
  }

  public static List<Entry> entries(long from, long to, long term) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(entry(index, term));
    }
    return entries;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isEmptyAtFirst(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      assertEquals(1, log.firstIndex());
      assertEquals(0, log.lastIndex());
      assertEquals(0, log.term(0));
      assertEquals(0, log.syncedIndex());
      assertThrows(IndexOutOfBoundsException.class, () -> log.entry(1));
      assertThrows(IndexOutOfBoundsException.class, () -> log.term(1));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void givesBackWhatWasAppended(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      log.append(entries(1, 300, 1));
      log.append(entries(301, 400, 2));
      assertEquals(400, log.lastIndex());
      assertEquals(1, log.term(300));
      assertEquals(2, log.term(301));
      for (long index = 1; index <= 400; index++) {
        assertSame(entry(index, index > 300 ? 2 : 1), log.entry(index));
      }
      assertThrows(IllegalArgumentException.class, () -> log.append(entries(402, 402, 2)));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void givesWhatNeedsNoReading(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      assertNull(log.entryInMemory(1));
      log.append(entries(1, 300, 1));
      assertSame(entry(300, 1), Objects.requireNonNull(log.entryInMemory(300)));
      assertNull(log.entryInMemory(301));
      Entry first = log.entryInMemory(1);
      if (log instanceof MemoryLog) {
        assertSame(entry(1, 1), Objects.requireNonNull(first));
      } else {
        assertNull(first, "it is in a file");
      }
      log.truncateFrom(300);
      assertNull(log.entryInMemory(300));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void givesAtLeastOneEntryAndThenAsManyAsFit(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      log.append(entries(1, 300, 1));
      assertEquals(1, log.entries(250, 300, 0).size());
      assertEquals(300, log.entries(1, 300, Long.MAX_VALUE).size());
      assertEquals(11, log.entries(90, 100, Long.MAX_VALUE).size());
      List<Entry> some = log.entries(100, 300, 1000);
      long bytes = some.stream().skip(1).mapToLong(Entry::weight).sum();
      assertTrue(bytes <= 1000 && bytes + entry(100 + some.size(), 1).weight() > 1000);
      for (int i = 0; i < some.size(); i++) {
        assertSame(entry(100 + i, 1), some.get(i));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> log.entries(300, 301, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void truncatesAndGoesOn(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      log.append(entries(1, 300, 1));
      log.truncateFrom(301);
      assertEquals(300, log.lastIndex());
      log.truncateFrom(120);
      assertEquals(119, log.lastIndex());
      assertEquals(119, log.syncedIndex());
      assertThrows(IndexOutOfBoundsException.class, () -> log.term(120));
      log.append(entries(120, 200, 7));
      assertSame(entry(119, 1), log.entry(119));
      assertSame(entry(120, 7), log.entry(120));
      log.truncateFrom(1);
      assertEquals(0, log.lastIndex());
      log.append(entries(1, 5, 8));
      assertSame(entry(5, 8), log.entry(5));
      assertThrows(IndexOutOfBoundsException.class, () -> log.truncateFrom(0));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void forgetsWhatASnapshotHas(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      log.append(entries(1, 300, 1));
      long bytes = log.sizeBytes();
      log.compact(200);
      assertTrue(log.firstIndex() > 100 && log.firstIndex() <= 201);
      assertTrue(log.sizeBytes() < bytes);
      assertEquals(1, log.term(log.firstIndex() - 1));
      assertThrows(IndexOutOfBoundsException.class, () -> log.entry(log.firstIndex() - 1));
      assertThrows(IndexOutOfBoundsException.class, () -> log.term(log.firstIndex() - 2));
      assertSame(entry(201, 1), log.entry(201));
      log.append(entries(301, 301, 1));
      assertEquals(301, log.lastIndex());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void goesOnBehindASnapshot(Named named) throws IOException {
    try (RaftLog log = named.kind().open(directory, () -> {})) {
      log.append(entries(1, 300, 1));
      log.reset(1000, 4);
      assertEquals(1001, log.firstIndex());
      assertEquals(1000, log.lastIndex());
      assertEquals(1000, log.syncedIndex());
      assertEquals(4, log.term(1000));
      assertThrows(IndexOutOfBoundsException.class, () -> log.entry(300));
      log.append(entries(1001, 1100, 5));
      assertSame(entry(1001, 5), log.entry(1001));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void saysWhenWhatWasAppendedIsDurable(Named named) throws IOException {
    AtomicInteger done = new AtomicInteger();
    try (RaftLog log = named.kind().open(directory, done::incrementAndGet)) {
      log.append(entries(1, 10, 1));
      log.sync();
      Eventually.eventually("it is durable", () -> log.syncedIndex() == 10 && done.get() > 0);
    }
  }

  static void assertSame(Entry expected, Entry actual) {
    assertEquals(List.of(fields(expected)), List.of(fields(actual)));
  }

  private static Object[] fields(Entry entry) {
    return new Object[] {
      entry.index(),
      entry.term(),
      entry.kind(),
      entry.clock(),
      entry.origin(),
      entry.sequence(),
      java.util.HexFormat.of().formatHex(entry.data())
    };
  }
}
