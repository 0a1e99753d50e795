package hraftd.raft.sim;

import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.node.ForwardingHost;

/** Stands between a simulated node's Raft and its loop, and checks what passes. */
final class WatchedHost extends ForwardingHost {

  /** The whole states are compared behind every so many entries. */
  private static final long STATE_CHECK = 200;

  private final SimProcess process;
  private final SimInvariants invariants;

  WatchedHost(RaftHost sound, SimProcess process, SimInvariants invariants) {
    super(sound);
    this.process = process;
    this.invariants = invariants;
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    SimInvariants.check(
        Promise.STATE_MACHINE_SAFETY,
        process.id,
        snapshot.index() >= process.appliedIndex(),
        "the state of %s goes back to %d",
        process.id,
        snapshot.index());
    super.install(snapshot);
  }

  @Override
  public Outcome apply(Entry entry) {
    String name = SimWrite.name(CommandCodec.decode(entry.data()), entry.index());
    invariants.applies(process.id, process.raft().term(), entry, name);
    long clock = process.stateClock();
    SimInvariants.check(
        Promise.TIME_TO_LIVE,
        process.id,
        entry.clock() >= clock,
        "the clock goes back from %d at %d",
        clock,
        entry.index());
    Outcome outcome = super.apply(entry);
    invariants.results(process.id, name, outcome);
    if (entry.index() % STATE_CHECK == 0) {
      invariants.state(process.id, entry.index(), process.stateHash());
    }
    return outcome;
  }

  @Override
  public void send(Message message) {
    if (message instanceof Message.Vote m) {
      invariants.votes(process.id, m.term(), process.id);
    } else if (message instanceof Message.VoteReply m && m.granted()) {
      invariants.votes(process.id, m.term(), m.to());
    }
    super.send(message);
  }

  @Override
  public void roleChanged() {
    super.roleChanged();
    if (process.raft().leads()) {
      invariants.leads(process.id, process.raft().term(), process.raft().log);
    }
  }
}
