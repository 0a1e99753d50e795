package hraftd.raft.core;

import hraftd.kv.Outcome;

/**
 * Brings what is committed into the state machine: entry by entry in the log's order (3.5), or as a
 * snapshot that a leader sent (5.3); and notices when the committed membership leaves this node
 * out. Owned by the Raft thread.
 */
final class Applier {

  /** How much of the log is in memory at once while it is applied. */
  private static final long MAX_BYTES = 4 << 20;

  private final Raft raft;
  private long commitIndex;
  private long appliedIndex;
  private long appliedTerm;
  private long appliedClock;

  /** A committed configuration contained this node. */
  private boolean wasMember;

  /** Begins with the newest snapshot, if there is one. */
  Applier(Raft raft) {
    this.raft = raft;
    SnapshotStore.Meta snapshot = raft.snapshots.latest();
    if (snapshot != null) {
      restore(snapshot);
    }
  }

  long commitIndex() {
    return commitIndex;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  long appliedTerm() {
    return appliedTerm;
  }

  long appliedClock() {
    return appliedClock;
  }

  /** Moves the commit index on, if this is further, and applies what it now covers. */
  void commit(long index) {
    if (index <= commitIndex) {
      return;
    }
    commitIndex = index;
    raft.log.committed(index);
    while (appliedIndex < commitIndex) {
      for (Entry entry : raft.log.entries(appliedIndex + 1, commitIndex, MAX_BYTES)) {
        apply(entry);
      }
    }
    noticeRemoval();
  }

  private void apply(Entry entry) {
    Outcome outcome = entry.kind() == Entry.Kind.COMMAND ? raft.host.apply(entry) : null;
    appliedIndex = entry.index();
    appliedTerm = entry.term();
    appliedClock = entry.clock();
    if (outcome != null) {
      raft.proposals.applied(entry, outcome);
    }
    raft.proposals.reached(entry.term());
  }

  /** Goes on from a snapshot that a leader sent and that is now {@link SnapshotStore#latest}. */
  void install(SnapshotStore.Meta snapshot) {
    long committedBefore = commitIndex;
    restore(snapshot);
    boolean fits = tailFits(snapshot);
    wasMember |= raft.configurations.had(raft.self, fits ? snapshot.index() : committedBefore);
    if (fits) {
      raft.log.compact(snapshot.index());
      raft.configurations.compacted(snapshot.index());
    } else {
      raft.log.reset(snapshot.index(), snapshot.term());
      raft.configurations.reset(snapshot.index(), snapshot.membership());
    }
    // Its leader gave the times to live in it: a clock that is ahead of that one would end them.
    raft.clock.followSnapshot(raft.term(), snapshot.clock(), raft.host.nanoTime());
    raft.proposals.skippedTo(snapshot.term());
    raft.host.membershipChanged(raft.membership());
    noticeRemoval();
  }

  private void restore(SnapshotStore.Meta snapshot) {
    raft.host.install(snapshot);
    commitIndex = snapshot.index();
    appliedIndex = snapshot.index();
    appliedTerm = snapshot.term();
    appliedClock = snapshot.clock();
  }

  /** Whether what this log has behind a snapshot goes on from it. */
  private boolean tailFits(SnapshotStore.Meta snapshot) {
    return raft.log.holds(snapshot.index(), snapshot.term());
  }

  /**
   * A node that a committed configuration contained, and the newest committed one does not, retires
   * (4.2.2).
   */
  private void noticeRemoval() {
    wasMember = wasMember || raft.configurations.had(raft.self, commitIndex);
    if (wasMember
        && raft.configurations.at(commitIndex).find(raft.self) == null
        && raft.membership().find(raft.self) == null) {
      raft.retire();
    }
  }
}
