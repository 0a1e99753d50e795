package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Progress;
import hraftd.raft.core.Raft;
import hraftd.raft.core.SnapshotStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a loop shows of itself to other threads: its status and the store's clock, both as of one
 * moment. Any thread may read, the loop's thread writes.
 */
final class StatusBoard {

  /** How old it may be while nothing of note happens. */
  private static final long MAX_AGE_NANOS = 10_000_000L;

  /** One object, so that no reader sees the clock of one moment with the time of another. */
  private record Shown(RaftStatus status, long clockMillis, long at) {}

  private volatile Shown shown;

  /** Owned by the loop's thread. */
  private boolean due;

  /** Shows this until there is more to know. */
  StatusBoard(RaftStatus first, long now) {
    shown = new Shown(first, /* clockMillis= */ 0, now);
  }

  /** The status, with what has aged since as old as it is now. */
  RaftStatus status(long now) {
    Shown s = shown;
    return s.status.aged(Duration.ofNanos(Math.max(0, now - s.at)));
  }

  /** The role, without a copy of all the rest. */
  RaftStatus.Role role() {
    return shown.status.role();
  }

  /** True if it was known who leads. */
  boolean leaderKnown() {
    return shown.status.leader() != null;
  }

  /** The store's clock as it runs on since. */
  long clockMillis(long now) {
    Shown s = shown;
    return s.clockMillis + TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - s.at));
  }

  /** Something of note has happened: the end of the batch shows it. */
  void refresh() {
    due = true;
  }

  /** True if it is time to show anew what there is. */
  boolean isDue(long now) {
    return due || now - shown.at >= MAX_AGE_NANOS;
  }

  /** True if there is something to show that is not merely older than what is shown. */
  boolean lags(Raft raft) {
    RaftStatus s = shown.status;
    return due
        || s.term() != raft.term()
        || s.firstIndex() != raft.log.firstIndex()
        || s.lastIndex() != raft.log.lastIndex()
        || s.commitIndex() != raft.commitIndex()
        || s.appliedIndex() != raft.appliedIndex();
  }

  /** In how many nanoseconds it {@link #isDue} though nothing of note happens; at least 1. */
  long dueIn(long now) {
    return Math.max(1, shown.at + MAX_AGE_NANOS - now);
  }

  /**
   * Shows what there is now.
   *
   * @return the status that was shown before
   */
  RaftStatus show(Raft raft, long now) {
    due = false;
    RaftStatus before = shown.status;
    shown = new Shown(status(raft, now), raft.clock.at(now), now);
    return before;
  }

  /** What there is to know of a node now. */
  static RaftStatus status(Raft raft, long now) {
    SnapshotStore.Meta snapshot = raft.snapshots.latest();
    NodeId leader = raft.leader();
    return new RaftStatus(
        raft.self,
        raft.role().name(),
        raft.term(),
        leader == null ? null : raft.membership().find(leader),
        raft.membership(),
        raft.configurations.index(),
        raft.log.firstIndex(),
        raft.log.lastIndex(),
        raft.commitIndex(),
        raft.appliedIndex(),
        snapshot == null ? 0 : snapshot.index(),
        raft.log.sizeBytes(),
        snapshot == null ? 0 : snapshot.length(),
        behind(raft, now),
        raft.role().activity(),
        raft.log.nearlyFull(),
        raft.role().memoryFull(),
        raft.role().commonFormat(),
        raft.withoutVote(),
        raft.role().peers().stream().map(peer -> peer(raft, peer, now)).toList());
  }

  private static @Nullable Duration behind(Raft raft, long now) {
    Long completeAt = raft.completeAt();
    return completeAt == null ? null : Duration.ofNanos(Math.max(0, now - completeAt));
  }

  private static RaftStatus.Peer peer(Raft raft, Progress peer, long now) {
    return new RaftStatus.Peer(
        peer.member(),
        peer.match(),
        Duration.ofNanos(now - peer.contact()),
        raft.said(peer.member().node()));
  }

  /** What a node shows before it has read its stores. */
  static RaftStatus starting(NodeId self, Membership initial) {
    return new RaftStatus(
        self,
        RaftStatus.Role.FOLLOWER,
        /* term= */ 0,
        /* leader= */ null,
        initial,
        /* membershipIndex= */ 0,
        /* firstIndex= */ 1,
        /* lastIndex= */ 0,
        /* commitIndex= */ 0,
        /* appliedIndex= */ 0,
        /* snapshotIndex= */ 0,
        /* logBytes= */ 0,
        /* snapshotBytes= */ 0,
        /* behind= */ null,
        "starting",
        /* diskFull= */ false,
        /* memoryFull= */ false,
        WireFormat.OLDEST,
        /* withoutVote= */ "",
        List.of());
  }
}
