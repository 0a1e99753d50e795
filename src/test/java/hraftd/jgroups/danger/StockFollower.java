package hraftd.jgroups.danger;

import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.AppendResult;
import org.jgroups.protocols.raft.InstallSnapshotRequest;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.PersistentState;
import org.jgroups.util.Bits;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/** A {@link StockNode} that follows the test. */
final class StockFollower implements DangerFollower {

  private static final List<String> MEMBERS = List.of("self", "leader", "other");

  private final Address leader = StockNode.address("leader");
  final StockNode node;
  private @Nullable Reply reply;

  StockFollower(Path directory) throws Exception {
    node = new StockNode("self", MEMBERS, directory, this::answered).start();
  }

  /** With this log, without the cache in front of it. */
  StockFollower(Path directory, Log log) throws Exception {
    node = new StockNode("self", MEMBERS, directory, this::answered);
    node.raft.maxLogCacheSize(0).log(log);
    node.start();
  }

  private void answered(Message message) {
    if (message.getHeader(node.raft.getId()) instanceof AppendEntriesResponse response) {
      try {
        // As the leader reads it: the result has no accessor.
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream();
        response.writeTo(out);
        DataInput in = new ByteArrayDataInputStream(out.getBuffer());
        long term = Bits.readLongCompressed(in);
        AppendResult result = Util.readStreamable(AppendResult::new, in);
        boolean matched = result.success();
        reply = new Reply(matched, matched ? result.index() : 0, term);
      } catch (IOException | ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void append(
      long term, long prevIndex, long prevTerm, long commitIndex, long... entryTerms) {
    LogEntries entries = new LogEntries();
    long index = prevIndex;
    for (long entryTerm : entryTerms) {
      index++;
      byte[] value = DangerFollower.value(entryTerm, index).getBytes(StandardCharsets.US_ASCII);
      entries.add(new LogEntry(entryTerm, value));
    }
    long firstTerm = entryTerms.length == 0 ? term : entryTerms[0];
    receive(
        new ObjectMessage(node.address, entries)
            .putHeader(
                node.raft.getId(),
                new AppendEntriesRequest(
                    leader, term, prevIndex, prevTerm, firstTerm, commitIndex)));
  }

  @Override
  public void snapshot(long term, long index, long indexTerm) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      PersistentState state = new PersistentState();
      state.setMembers(MEMBERS);
      state.writeTo(out);
      out.writeInt(1);
      out.writeUTF(DangerFollower.value(indexTerm, index));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    receive(
        new BytesMessage(node.address, bytes.toByteArray())
            .putHeader(
                node.raft.getId(), new InstallSnapshotRequest(term, leader, index, indexTerm)));
  }

  @Override
  public void takeSnapshot() {
    CompletableFuture<Void> taken = node.raft.snapshotAsync();
    node.raft.runQueue();
    taken.join();
  }

  private void receive(Message message) {
    reply = null;
    node.receive(message.setSrc(leader));
    node.raft.runQueue();
  }

  @Override
  public @Nullable Reply reply() {
    return reply;
  }

  @Override
  public long lastIndex() {
    return node.raft.lastAppended();
  }

  @Override
  public long commitIndex() {
    return node.raft.commitIndex();
  }

  @Override
  public long termAt(long index) {
    LogEntry entry = node.raft.log().get(index);
    return entry == null ? -1 : entry.term();
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
  public boolean stopped() {
    return false; // there is nothing that would stop it
  }

  @Override
  public void close() {
    node.close();
  }
}
