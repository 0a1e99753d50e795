package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.ManualLogThreads;
import hraftd.raft.log.ManualThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The files of a node that was stopped, or killed when it had nothing to do, and what was in them.
 */
final class StoredLife {

  /** What a start makes of damaged files. */
  enum Outcome {
    /** All is there. */
    SAME,
    /** It says what is damaged, and does not start. */
    REFUSED,
    /** It starts without a vote, and has all again once somebody has sent it. */
    HEALS
  }

  private static final Path DIRECTORY = Path.of("/node");
  private static final LogOptions OPTIONS = new LogOptions(32 << 10, 4096, 0, 0, 2);

  private final Random random;
  private final List<Entry> entries = new ArrayList<>();
  private final ManualThread syncer = new ManualThread();
  private final ManualThread keeper = new ManualThread();
  private final ManualLogThreads threads = new ManualLogThreads(syncer, keeper);
  private final long term = 7;
  private final NodeId vote = new NodeId("b", 2);

  /** The files at the end, and some time before. */
  final Map<Path, byte[]> files;

  final Map<Path, byte[]> older;

  StoredLife(Random random) throws IOException {
    this.random = random;
    CrashDisk disk = new CrashDisk(random);
    Stores stores = open(disk);
    stores.terms().save(1, null);
    append(stores, 20 + random.nextInt(150));
    maybeSnapshot(stores);
    settle(stores);
    older = contents(disk);
    stores.terms().save(term, vote);
    append(stores, 20 + random.nextInt(150));
    maybeSnapshot(stores);
    append(stores, 1 + random.nextInt(40));
    settle(stores);
    if (random.nextBoolean()) {
      stores.close();
    }
    files = contents(disk);
  }

  private Stores open(CrashDisk disk) throws IOException {
    syncer.clear();
    keeper.clear();
    return Stores.open(disk, DIRECTORY, OPTIONS, threads, () -> {}, failure -> {}, () -> {});
  }

  private long last() {
    return entries.size();
  }

  private void append(Stores stores, int count) {
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[random.nextInt(900)];
      random.nextBytes(data);
      Entry entry =
          new Entry(last() + 1, stores.terms().term(), Entry.Kind.COMMAND, last(), 3, last(), data);
      entries.add(entry);
      stores.raftLog().append(List.of(entry));
      if (random.nextInt(4) == 0) {
        stores.raftLog().sync();
        syncer.run();
      }
    }
  }

  private void maybeSnapshot(Stores stores) throws IOException {
    if (random.nextBoolean()) {
      SnapshotStore.Meta latest = stores.snapshots().latest();
      long after = Math.max(latest == null ? 0 : latest.index(), stores.raftLog().firstIndex());
      long snapshot = after + 1 + random.nextInt((int) (last() - after));
      byte[] content = new byte[2000];
      random.nextBytes(content);
      stores
          .snapshots()
          .write(
              snapshot,
              stores.raftLog().term(snapshot),
              0,
              Membership.EMPTY,
              out -> out.write(content));
      if (random.nextBoolean()) {
        stores.raftLog().compact(snapshot);
        keeper.run();
      }
    }
  }

  private void settle(Stores stores) {
    stores.raftLog().sync();
    for (int i = 0; i < 2; i++) {
      threads.tick();
      keeper.run();
      syncer.run();
    }
  }

  private static Map<Path, byte[]> contents(CrashDisk disk) throws IOException {
    Map<Path, byte[]> contents = new HashMap<>();
    for (Path file : disk.files()) {
      contents.put(file, disk.bytes(file));
    }
    return contents;
  }

  /** A disk with the files as they are at the end. */
  CrashDisk disk() throws IOException {
    CrashDisk disk = new CrashDisk(random);
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      disk.create(file.getKey()).close();
      disk.set(file.getKey(), file.getValue());
    }
    disk.forceDirectory(DIRECTORY);
    return disk;
  }

  /** Starts on what somebody has made of them. */
  Outcome start(CrashDisk disk) throws IOException {
    try {
      Stores stores = open(disk);
      RaftLog log = stores.raftLog();
      Loss loss = log.loss();
      if (loss == null) {
        check(stores, last());
        return Outcome.SAME;
      }
      assertTrue(loss.through() >= last(), () -> "it had " + last() + ", and thinks: " + loss);
      check(stores, log.lastIndex());
      heal(disk, stores);
      return Outcome.HEALS;
    } catch (StoreDamagedException e) {
      return Outcome.REFUSED;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof StoreDamagedException) {
        return Outcome.REFUSED;
      }
      throw e;
    }
  }

  /** Sends what is missing, and starts again. */
  private void heal(CrashDisk disk, Stores stores) throws IOException {
    long missing = stores.raftLog().lastIndex() + 1;
    stores.raftLog().append(entries.subList((int) missing - 1, entries.size()));
    stores.raftLog().sync();
    syncer.run();
    stores.raftLog().regained();
    if (random.nextBoolean()) {
      stores.close();
    }
    disk.restart(/* keepFaults= */ false);
    Stores again = open(disk);
    assertEquals(null, again.raftLog().loss());
    check(again, last());
  }

  /** The stores have every entry up to this one, in the log or in the snapshot. */
  private void check(Stores stores, long through) {
    RaftLog log = stores.raftLog();
    SnapshotStore.Meta latest = stores.snapshots().latest();
    long covered = latest == null ? 0 : latest.index();
    assertEquals(term, stores.terms().term());
    assertEquals(vote, stores.terms().votedFor());
    assertEquals(through, log.lastIndex());
    assertTrue(
        log.firstIndex() - 1 <= covered, () -> "nobody has what is before " + log.firstIndex());
    for (long index = log.firstIndex(); index <= through; index++) {
      Entry expected = entries.get((int) index - 1);
      Entry actual = log.entry(index);
      assertArrayEquals(expected.data(), actual.data());
      assertEquals(expected.term(), actual.term());
      assertEquals(expected.sequence(), actual.sequence());
    }
  }
}
