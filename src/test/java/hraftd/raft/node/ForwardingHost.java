package hraftd.raft.node;

import hraftd.kv.Outcome;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.SnapshotStore;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Stands between Raft and the state, for a test that sees what passes. On the Raft thread. */
public abstract class ForwardingHost implements RaftHost {

  private final RaftHost sound;

  protected ForwardingHost(RaftHost sound) {
    this.sound = sound;
  }

  @Override
  public RaftMeter meter() {
    return sound.meter();
  }

  @Override
  public WireFormat format(NodeId peer) {
    return sound.format(peer);
  }

  @Override
  public @Nullable WireFormat said(NodeId peer) {
    return sound.said(peer);
  }

  @Override
  public WireFormat formatOf(byte[] command) {
    return sound.formatOf(command);
  }

  @Override
  public @Nullable Entry inFormat(WireFormat format, Entry entry) {
    return sound.inFormat(format, entry);
  }

  @Override
  public WireFormat formatOf(SnapshotStore.Meta snapshot) {
    return sound.formatOf(snapshot);
  }

  @Override
  public WireFormat formatOfState() {
    return sound.formatOfState();
  }

  @Override
  public void checkCommand(byte[] data) {
    sound.checkCommand(data);
  }

  @Override
  public Outcome apply(Entry entry) {
    return sound.apply(entry);
  }

  @Override
  public boolean prepare(SnapshotStore.Meta snapshot, InputStream content) {
    return sound.prepare(snapshot, content);
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    sound.install(snapshot);
  }

  @Override
  public long nanoTime() {
    return sound.nanoTime();
  }

  @Override
  public long listenedNanos() {
    return sound.listenedNanos();
  }

  @Override
  public boolean memoryFull() {
    return sound.memoryFull();
  }

  @Override
  public void tell(String what) {
    sound.tell(what);
  }

  @Override
  public void send(Message message) {
    sound.send(message);
  }

  @Override
  public void membershipChanged(Membership membership) {
    sound.membershipChanged(membership);
  }

  @Override
  public void truncated(long index) {
    sound.truncated(index);
  }

  @Override
  public void roleChanged() {
    sound.roleChanged();
  }
}
