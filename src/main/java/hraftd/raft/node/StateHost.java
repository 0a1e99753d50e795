package hraftd.raft.node;

import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Raft does things to: the replicated state, the peers, and what is shown of this node. */
final class StateHost implements RaftHost {

  private static final Logger log = LoggerFactory.getLogger(StateHost.class);

  private final Surroundings around;
  private final KvState state;
  private final WritableSnapshots snapshots;
  private final StatusBoard board;
  private boolean begun;

  StateHost(Surroundings around, KvState state, WritableSnapshots snapshots, StatusBoard board) {
    this.around = around;
    this.state = state;
    this.snapshots = snapshots;
    this.board = board;
  }

  /** Raft has begun: the next snapshots are a leader's. */
  void begun() {
    begun = true;
  }

  @Override
  public long nanoTime() {
    return around.nanoTime();
  }

  @Override
  public void send(Message message) {
    around.send(message);
  }

  @Override
  public Outcome apply(Entry entry) {
    return state.apply(entry.clock(), CommandCodec.decode(entry.data()));
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    try (InputStream in = new BufferedInputStream(snapshots.open(snapshot), 1 << 16)) {
      state.restore(in);
    } catch (IOException e) {
      throw new UncheckedIOException("snapshot at index " + snapshot.index(), e);
    }
    log.info(
        "state taken from {} snapshot at index {}",
        begun ? "the leader's" : "this node's own",
        snapshot.index());
  }

  @Override
  public void membershipChanged(Membership membership) {
    board.refresh();
    around.members(membership);
    log.info(
        "members now: {}",
        membership.members().stream()
            .map(m -> m.id() + "=" + m.raft() + (m.voter() ? "" : " (learner)"))
            .toList());
  }

  @Override
  public void roleChanged() {
    board.refresh();
  }
}
