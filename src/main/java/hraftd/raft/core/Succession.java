package hraftd.raft.core;

import hraftd.raft.Member;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a leader lets another voter lead of its own accord: all writes need the leader's disk, but
 * of the others only the better half. So a disk that is nearly full, or much slower than theirs, is
 * no longer to be the leader's. Owned by the Raft thread.
 */
final class Succession {

  /** So many times as long as the others' the fsyncs of a slow disk take. */
  static final int TIMES_SLOWER = 10;

  /** What nobody notices is not slow, however much faster the others are. */
  static final long MIN_SLOW_NANOS = 20_000_000L;

  /** For so long, as every disk has its moments. */
  static final long SLOW_FOR_NANOS = 5_000_000_000L;

  private final Leader leader;
  private final Raft raft;
  private long fastAt;

  Succession(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
    fastAt = raft.host.listenedNanos();
  }

  /** Begins to hand over if it is time to and there is somebody. */
  void step() {
    long now = raft.host.listenedNanos();
    if (!isSlow()) {
      fastAt = now;
    }
    boolean full = raft.disk.nearlyFull();
    boolean slow = now - fastAt >= SLOW_FOR_NANOS;
    if (!(full || slow) || !leader.open() || !raft.disk.mayGiveWay()) {
      return;
    }
    Progress successor = slow && !full ? fastest() : longest();
    if (successor != null) {
      raft.disk.givesWay();
      Member member = successor.member();
      raft.host.tell(
          "member "
              + member.id()
              + (full
                  ? " is to lead: this node's disk is nearly full"
                  : " is to lead: this node's disk is much slower than the others'"));
      leader.handOver(member.id());
    }
  }

  private boolean isSlow() {
    long own = raft.disk.syncNanos();
    if (own < MIN_SLOW_NANOS) {
      return false;
    }
    List<Long> others = fit().map(Progress::syncNanos).filter(n -> n > 0).sorted().toList();
    return !others.isEmpty() && own / TIMES_SLOWER >= others.get(others.size() / 2);
  }

  /** The voters that have room, as they have just said. */
  private Stream<Progress> fit() {
    return leader.peers.all().stream()
        .filter(peer -> peer.member().voter() && !leader.peers.isLeaving(peer.member().node()))
        .filter(Progress::hasRoom);
  }

  private @Nullable Progress longest() {
    return fit().max(Comparator.comparingLong(Progress::match)).orElse(null);
  }

  private @Nullable Progress fastest() {
    return fit()
        .filter(peer -> peer.syncNanos() > 0)
        .min(Comparator.comparingLong(Progress::syncNanos))
        .orElse(null);
  }
}
