package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random life of one log on a {@link CrashDisk}, with a model beside it: what was appended, and
 * up to where it was durable. Deterministic: the same seed gives the same life.
 */
final class LogHistory {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int SEGMENT_BYTES = 4096;
  private static final List<Entry.Kind> KINDS = List.of(Entry.Kind.values());
  private static final int[] SIZES = {0, 50, 50, 50, 50, 117, 290};

  private final Random random;
  private final CrashDisk disk;
  private final ManualThread syncer = new ManualThread();
  private final ManualThread keeper = new ManualThread();
  private final List<Throwable> told = new ArrayList<>();
  private DurableLog log;

  /** Entry {@code base + 1} on. */
  private final List<Entry> model = new ArrayList<>();

  private long base;
  private long baseTerm;
  private long compacted;
  private long durable;
  private long term = 1;
  private long truncatingFrom = Long.MAX_VALUE;
  private long resettingTo = -1;
  private long resettingTerm;
  private boolean down;

  LogHistory(long seed) throws IOException {
    random = new Random(seed);
    disk = new CrashDisk(random);
    log = open();
  }

  CrashDisk disk() {
    return disk;
  }

  DurableLog log() {
    return log;
  }

  Random random() {
    return random;
  }

  private DurableLog open() throws IOException {
    told.clear();
    return DurableLog.open(
        disk,
        DIRECTORY,
        SnapshotCover.NONE,
        new LogOptions(SEGMENT_BYTES, 2 * CrashDisk.SECTOR, 700, 0, 3),
        new ManualLogThreads(syncer, keeper),
        () -> {},
        new FailStop(told::add));
  }

  private long last() {
    return base + model.size();
  }

  /** One random step; one that fails must be followed by {@link #crash} or {@link #restart}. */
  void step() throws IOException {
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5 -> append();
      case 6, 7 -> log.sync();
      case 8, 9, 10, 11 -> syncer.run();
      case 12, 13 -> keeper.run();
      case 14, 15 -> log.tick();
      case 16 -> truncate();
      case 17 -> compact();
      case 18 -> reset();
      case 19 -> {
        if (random.nextInt(4) == 0) {
          log.close();
          disk.restart(/* keepFaults= */ true);
          startAgain();
        }
      }
      default -> read();
    }
    if (!failed()) {
      durable = Math.max(durable, log.syncedIndex());
    }
    assertTrue(log.syncedIndex() <= log.lastIndex());
  }

  private void append() {
    List<Entry> entries = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    term += random.nextInt(10) == 0 ? 1 : 0;
    for (int i = 0; i < count; i++) {
      // Few sizes: what is written again after a crash ends where something old may begin.
      byte[] data = new byte[random.nextInt(60) == 0 ? 3000 : SIZES[random.nextInt(SIZES.length)]];
      random.nextBytes(data);
      entries.add(
          new Entry(
              last() + 1 + i,
              term,
              KINDS.get(random.nextInt(KINDS.size())),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              data));
    }
    // They may be there after a crash even if this fails.
    long lastBefore = last();
    model.addAll(entries);
    log.append(entries);
    assertEquals(lastBefore + count, log.lastIndex());
  }

  private void truncate() {
    if (log.lastIndex() < log.firstIndex()) {
      return;
    }
    int span = (int) (log.lastIndex() - log.firstIndex()) + 1;
    truncatingFrom = log.lastIndex() - random.nextInt(Math.min(span, 12));
    log.truncateFrom(truncatingFrom);
    cutModel(truncatingFrom - 1);
    durable = last();
    term++;
    truncatingFrom = Long.MAX_VALUE;
    assertEquals(last(), log.lastIndex());
  }

  private void compact() {
    long through = log.firstIndex() - 1 + random.nextInt((int) (last() - log.firstIndex()) + 2);
    compacted = Math.max(compacted, through);
    log.compact(through);
    assertTrue(log.firstIndex() <= compacted + 1);
  }

  private void reset() {
    if (random.nextInt(4) > 0) {
      return;
    }
    resettingTo = Math.max(base, last() - 5 + random.nextInt(20));
    resettingTerm = ++term;
    log.reset(resettingTo, resettingTerm);
    completeReset();
  }

  private void completeReset() {
    model.clear();
    base = resettingTo;
    baseTerm = resettingTerm;
    compacted = base;
    durable = base;
    resettingTo = -1;
  }

  private void read() {
    if (log.lastIndex() < log.firstIndex()) {
      return;
    }
    long span = log.lastIndex() - log.firstIndex() + 1;
    long from = log.firstIndex() + random.nextInt((int) span);
    List<Entry> entries = log.entries(from, log.lastIndex(), random.nextInt(2000));
    for (int i = 0; i < entries.size(); i++) {
      assertSame(modelEntry(from + i), entries.get(i));
    }
  }

  private Entry modelEntry(long index) {
    return model.get((int) (index - base - 1));
  }

  private void cutModel(long newLast) {
    while (last() > newLast) {
      model.remove(model.size() - 1);
    }
  }

  /** Loses power, starts again, and compares. */
  void crash() throws IOException {
    disk.crash();
    reopen();
  }

  /** Ends the process in the middle, starts again, and compares. */
  void restart() throws IOException {
    disk.restart(/* keepFaults= */ false);
    reopen();
  }

  /** Starts again, with the faults that are set; if it fails for one of them, the log is down. */
  void startAgain() throws IOException {
    try {
      reopen();
    } catch (StoreDamagedException e) {
      throw e;
    } catch (IOException e) {
      down = true;
    }
  }

  private void reopen() throws IOException {
    syncer.clear();
    keeper.clear();
    down = false;
    log = open();
    if (resettingTo >= 0
        && log.firstIndex() == resettingTo + 1
        && log.lastIndex() == resettingTo
        && log.term(resettingTo) == resettingTerm) {
      completeReset();
    }
    resettingTo = -1;
    check(Math.min(durable, truncatingFrom - 1));
    truncatingFrom = Long.MAX_VALUE;
    cutModel(log.lastIndex());
    durable = log.lastIndex();
    assertEquals(log.lastIndex(), log.syncedIndex());
  }

  /**
   * The log is a prefix of what was appended, from a first index that was asked for, at least to.
   */
  void check(long atLeast) {
    assertTrue(log.firstIndex() > base, () -> "first " + log.firstIndex() + ", base " + base);
    assertTrue(log.firstIndex() <= compacted + 1, () -> log.firstIndex() + " is too far");
    assertTrue(log.lastIndex() <= last(), () -> log.lastIndex() + " was never appended");
    assertTrue(
        log.lastIndex() >= atLeast, () -> "durable to " + atLeast + ", is " + log.lastIndex());
    for (long index = log.firstIndex(); index <= log.lastIndex(); index++) {
      assertSame(modelEntry(index), log.entry(index));
      assertEquals(modelEntry(index).term(), log.term(index));
    }
    long before = log.firstIndex() - 1;
    assertEquals(before == base ? baseTerm : modelEntry(before).term(), log.term(before));
  }

  /** Makes all durable and witnessed. */
  void settle() {
    for (int i = 0; i < 2; i++) {
      log.tick();
      keeper.run();
      syncer.run();
    }
    durable = last();
  }

  /**
   * Opens the log again, which somebody has damaged.
   *
   * @return null if nothing is missing, else what it says of the damage
   */
  @Nullable String openDamaged() throws IOException {
    disk.restart(/* keepFaults= */ false);
    try {
      log = open();
      Loss loss = log.loss();
      check(loss == null ? last() : loss.from() - 1);
      assertTrue(loss == null || loss.through() >= last(), () -> "it had " + last() + ": " + loss);
      return loss == null ? null : loss.what();
    } catch (StoreDamagedException e) {
      return e.getMessage();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof StoreDamagedException damage) {
        return damage.getMessage();
      }
      throw e;
    }
  }

  /** True if the log told a failure, or could not be opened for one. */
  boolean failed() {
    return down || !told.isEmpty();
  }

  /** True if the log could not be opened for a fault of the disk. */
  boolean down() {
    return down;
  }

  /** How many failures it told. */
  int toldFailures() {
    return told.size();
  }

  private static void assertSame(Entry expected, Entry actual) {
    assertArrayEquals(expected.data(), actual.data());
    assertEquals(
        expected,
        new Entry(
            actual.index(),
            actual.term(),
            actual.kind(),
            actual.clock(),
            actual.origin(),
            actual.sequence(),
            expected.data()));
  }
}
