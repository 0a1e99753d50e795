package hraftd.raft.node;

import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.core.MembershipCodec;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.ReadOnlyDisk;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.Segment;
import hraftd.raft.log.StoredLog;
import hraftd.raft.log.TermFile;
import hraftd.raft.snapshot.StoredSnapshot;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a member's files, checks every checksum in them and applies every entry, without changing
 * anything: what a start would do, and with all entries, as if all were committed. Where something
 * is damaged it takes what is whole: the snapshot, and the entries before the damage. One thread
 * uses it, once.
 */
public final class StoredStateReader {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Disk disk = new ReadOnlyDisk();
  private final Path directory;
  private final List<String> remarks = new ArrayList<>();
  private final List<StoreDamagedException> damage = new ArrayList<>();
  private final ChangedKeys uncertain = new ChangedKeys();
  private final KvState state = new KvState(uncertain);

  private TermFile.@Nullable Stored term;
  private SnapshotStore.@Nullable Meta snapshot;
  private Membership membership;
  private LogEnd end = LogEnd.NONE;
  private long snapshotKeys;
  private long firstIndex = 1;
  private long committed;
  private String tornTail = "";

  /** See {@link Loss#through}; 0: no entry was lost. */
  private long lostThrough;

  private boolean unreadable;

  private StoredStateReader(Path directory, Membership initial) {
    this.directory = directory;
    this.membership = initial;
  }

  /**
   * Reads the files of a member.
   *
   * @param initial the configuration that holds if the files know none
   * @throws IOException if a file cannot be read; damage, or that there are no files, is part of
   *     what comes back instead
   */
  public static StoredState read(Path directory, Membership initial) throws IOException {
    return new StoredStateReader(directory, initial).read();
  }

  private StoredState read() throws IOException {
    StoreDamagedException condemned = Stores.condemned(disk, directory);
    if (condemned != null) {
      damage.add(condemned);
      remarks.add(Stores.condemnation(disk, directory));
      lostThrough = Loss.UNKNOWN;
    }
    try {
      List<String> names = disk.list(directory);
      if (names.stream().noneMatch(Segment::isName)) {
        lostThrough = Loss.UNKNOWN;
        damage.add(Stores.logMissing(directory));
      } else {
        Stores.checkComplete(directory, names);
      }
      if (names.contains(TermFile.NAME)) {
        readTerm();
      }
    } catch (StoreDamagedException e) {
      damage.add(e);
    }
    readLogAndSnapshot();
    TermFile.Stored known = term;
    if (known != null && known.term() < end.term()) {
      damage.add(Stores.termTooOld(directory, known.term(), end.term()));
    }
    return new StoredState(
        term,
        snapshot,
        snapshotKeys,
        firstIndex,
        end,
        committed,
        membership,
        state,
        uncertain,
        tornTail,
        List.copyOf(remarks),
        List.copyOf(damage),
        lostThrough == 0 ? null : new Loss(end.index() + 1, lostThrough, damage.get(0).place()),
        unreadable);
  }

  private void readTerm() throws IOException {
    TermFile.Stored stored = TermFile.read(disk, directory);
    term = stored;
    if (!stored.bothWhole()) {
      remarks.add(
          directory.resolve(TermFile.NAME)
              + ": one of the two copies cannot be read, the other one counts");
    }
  }

  private void readLogAndSnapshot() throws IOException {
    try (StoredLog log = StoredLog.open(disk, directory, () -> Stores.covered(disk, directory))) {
      readDamage(log);
      tornTail = log.tornTail();
      firstIndex = log.firstIndex();
      try {
        readSnapshot(log);
        goOnFromSnapshot(log);
      } catch (StoreDamagedException e) {
        damage.add(e);
        lostThrough = Math.max(lostThrough, log.lastIndex());
      }
    }
  }

  private void readDamage(StoredLog log) {
    StoreDamagedException damaged = log.damage();
    Loss loss = log.loss();
    if (damaged != null) {
      damage.add(damaged);
    } else if (loss != null) {
      damage.add(
          new StoreDamagedException(
              directory, "its log has lost entries, and " + loss.what() + ", not mended since"));
    }
    if (loss != null) {
      lostThrough = Math.max(lostThrough, loss.through());
    }
    log.passedOver().forEach(e -> remarks.add(e.place() + "; the snapshot has it all"));
  }

  private void goOnFromSnapshot(StoredLog log) throws IOException {
    long snapshotIndex = end.index();
    if (snapshotIndex < log.firstIndex() - 1) {
      throw Stores.gap(directory, log.firstIndex(), snapshotIndex);
    }
    if (log.holds(snapshotIndex, end.term())) {
      committed = Math.max(committed, log.committed());
      apply(log, snapshotIndex + 1);
    } else {
      // As at a start: the log gives way to a snapshot that was received.
      firstIndex = snapshotIndex + 1;
    }
  }

  private void readSnapshot(StoredLog log) throws IOException {
    List<StoreDamagedException> passedOver = new ArrayList<>();
    List<Long> indices = new ArrayList<>();
    try (StoredSnapshot newest =
        StoredSnapshot.newest(disk, directory, /* dispensable= */ indices::add, passedOver)) {
      for (int i = 0; i < passedOver.size(); i++) {
        readDamage(log, passedOver.get(i), indices.get(i));
      }
      if (newest == null) {
        return;
      }
      SnapshotStore.Meta meta = newest.meta();
      try (InputStream content = new BufferedInputStream(newest.content(), BUFFER_BYTES)) {
        state.restore(content);
      } catch (IOException e) {
        unreadable = true;
        throw e instanceof StoreDamagedException
            ? e
            : new StoreDamagedException(
                newest.path(), 0, "the state in it cannot be read: " + e.getMessage());
      }
      snapshot = meta;
      snapshotKeys = state.view().size();
      membership = meta.membership();
      committed = meta.index();
      end = new LogEnd(meta.index(), meta.term(), meta.clock());
    }
  }

  private void readDamage(StoredLog log, StoreDamagedException snapshotDamage, long index) {
    if (log.firstIndex() == 1 && log.lastIndex() >= index) {
      remarks.add(snapshotDamage.place() + "; the log still has it all");
    } else {
      damage.add(snapshotDamage);
      lostThrough = Math.max(lostThrough, index);
    }
  }

  private void apply(StoredLog log, long from) throws IOException {
    for (long index = from; index <= log.lastIndex(); index++) {
      Entry entry = log.entry(index);
      if (index == committed + 1) {
        uncertain.listen();
      }
      try {
        switch (entry.kind()) {
          case COMMAND -> state.apply(entry.clock(), CommandCodec.decode(entry.data()));
          case MEMBERSHIP -> membership = MembershipCodec.decode(entry.data());
          case NOOP -> {}
        }
      } catch (IllegalArgumentException e) {
        unreadable = true;
        throw new StoreDamagedException(
            directory, 0, "entry " + index + " cannot be applied: " + e.getMessage());
      }
      end = new LogEnd(index, entry.term(), entry.clock());
    }
  }
}
