package hraftd.raft.node;

import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.core.Entry;
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
 * anything: what a start would do, and with all entries, as if all were committed. One thread uses
 * it, once.
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
    try {
      List<String> names = disk.list(directory);
      Stores.checkComplete(directory, names);
      if (names.stream().noneMatch(Segment::isName)) {
        throw Stores.logMissing(directory);
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
        List.copyOf(damage));
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
    try (StoredLog log = openLog()) {
      readSnapshot(log);
      if (log != null) {
        goOnFromSnapshot(log);
      }
    } catch (StoreDamagedException e) {
      damage.add(e);
    }
  }

  /** Null if it is damaged: the snapshot may be besides. */
  private @Nullable StoredLog openLog() throws IOException {
    try {
      return StoredLog.open(disk, directory, () -> Stores.covered(disk, directory));
    } catch (StoreDamagedException e) {
      damage.add(e);
      return null;
    }
  }

  private void goOnFromSnapshot(StoredLog log) throws IOException {
    firstIndex = log.firstIndex();
    tornTail = log.tornTail();
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

  private void readSnapshot(@Nullable StoredLog log) throws IOException {
    List<StoreDamagedException> passedOver = new ArrayList<>();
    try (StoredSnapshot newest =
        StoredSnapshot.newest(
            disk,
            directory,
            index -> log != null && log.firstIndex() == 1 && log.lastIndex() >= index,
            passedOver)) {
      passedOver.forEach(e -> remarks.add(e.place() + "; the log still has it all"));
      if (newest == null) {
        return;
      }
      SnapshotStore.Meta meta = newest.meta();
      try (InputStream content = new BufferedInputStream(newest.content(), BUFFER_BYTES)) {
        state.restore(content);
      } catch (StoreDamagedException e) {
        throw e;
      } catch (IOException e) {
        throw new StoreDamagedException(
            newest.path(), 0, "the state in it cannot be read: " + e.getMessage());
      }
      snapshot = meta;
      snapshotKeys = state.view().size();
      membership = meta.membership();
      committed = meta.index();
      end = new LogEnd(meta.index(), meta.term(), meta.clock());
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
        throw new StoreDamagedException(
            directory, 0, "entry " + index + " cannot be applied: " + e.getMessage());
      }
      end = new LogEnd(index, entry.term(), entry.clock());
    }
  }
}
