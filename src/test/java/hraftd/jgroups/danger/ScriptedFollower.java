package hraftd.jgroups.danger;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.RealLogThreads;
import hraftd.raft.node.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A {@link ScriptedRaft} on the real stores that follows the test. */
public final class ScriptedFollower implements DangerFollower {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId LEADER = new NodeId("leader", 2);
  static final Membership MEMBERS =
      new Membership(
          List.of(
              ScriptedRaft.member(SELF),
              ScriptedRaft.member(LEADER),
              ScriptedRaft.member(new NodeId("other", 3))));

  /** Small files; nothing is refused for want of space. */
  public static final LogOptions OPTIONS =
      new LogOptions(
          /* segmentBytes= */ 64 << 10,
          /* cacheBytes= */ 1 << 20,
          /* reserveBytes= */ 0,
          /* keptSegments= */ 2);

  /** Longer than any disk needs. */
  private static final long SYNC_NANOS = 20_000_000_000L;

  private final Stores stores;
  private final ScriptedRaft node;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Reply reply;

  ScriptedFollower(Path directory) throws IOException {
    this(new RealDisk(), directory);
  }

  ScriptedFollower(Disk disk, Path directory) throws IOException {
    stores =
        Stores.open(
            disk,
            directory,
            OPTIONS,
            new RealLogThreads(),
            () -> {},
            failure::set,
            /* lock= */ () -> {});
    node =
        new ScriptedRaft(
            SELF,
            MEMBERS,
            /* share= */ 50,
            stores.raftLog(),
            stores.terms(),
            stores.snapshots(),
            () -> 0,
            this::answered);
  }

  private void answered(Message message) {
    if (message instanceof Message.AppendReply m) {
      reply = new Reply(m.matched(), m.matched() ? m.index() : 0, m.term());
    }
  }

  @Override
  public void append(
      long term, long prevIndex, long prevTerm, long commitIndex, long... entryTerms) {
    List<Entry> entries = new ArrayList<>();
    for (long entryTerm : entryTerms) {
      long index = prevIndex + entries.size() + 1;
      byte[] value = ScriptedRaft.bytes(DangerFollower.value(entryTerm, index));
      entries.add(new Entry(index, entryTerm, Entry.Kind.COMMAND, 0, 0, 0, value));
    }
    receive(
        new Message.Append(
            LEADER, SELF, term, prevIndex, prevTerm, commitIndex, 0, /* round= */ 1, entries));
  }

  @Override
  public void snapshot(long term, long index, long indexTerm) {
    byte[] content = ScriptedRaft.bytes(DangerFollower.value(indexTerm, index));
    CRC32C crc = new CRC32C();
    crc.update(content);
    SnapshotStore.Meta meta =
        new SnapshotStore.Meta(index, indexTerm, 0, MEMBERS, content.length, (int) crc.getValue());
    receive(new Message.SnapshotPiece(LEADER, SELF, term, meta, 0, /* round= */ 1, content));
  }

  @Override
  public void takeSnapshot() throws IOException {
    Raft raft = node.raft;
    SnapshotStore.Meta meta =
        stores
            .snapshots()
            .write(
                raft.appliedIndex(),
                raft.appliedTerm(),
                /* clock= */ 0,
                MEMBERS,
                out -> out.write(node.content()));
    raft.snapshotTaken(meta, meta.index());
  }

  private void receive(Message message) {
    reply = null;
    if (stopped()) {
      return;
    }
    try {
      node.raft.receive(message);
      node.endOfBatch();
      awaitSync();
      node.endOfBatch();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e); // what the Raft thread does: it stops
    }
  }

  private void awaitSync() {
    RaftLog log = node.raft.log;
    long end = System.nanoTime() + SYNC_NANOS;
    while (log.syncedIndex() < log.lastIndex() && !stopped()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the disk does not answer");
      }
      LockSupport.parkNanos(100_000);
    }
  }

  @Override
  public boolean stopped() {
    return failure.get() != null;
  }

  @Override
  public @Nullable Reply reply() {
    return reply;
  }

  @Override
  public long lastIndex() {
    return node.raft.log.lastIndex();
  }

  @Override
  public long commitIndex() {
    return node.raft.commitIndex();
  }

  @Override
  public long termAt(long index) {
    RaftLog log = node.raft.log;
    return index < log.firstIndex() || index > log.lastIndex() ? -1 : log.term(index);
  }

  @Override
  public List<String> applied() {
    return List.copyOf(node.applied);
  }

  @Override
  public void failAt(String value) {
    node.failAt(value);
  }

  @Override
  public void close() {
    stores.close();
  }
}
