package hraftd.raft.core;

import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/** How a leader hands over to another voter (dissertation, 3.10). Owned by the Raft thread. */
final class Handover {

  private final Leader leader;
  private final Raft raft;
  private @Nullable NodeId successor;
  private long until;
  private long timeoutNowAt;

  Handover(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
  }

  /** True while the leader takes no proposals, as another is to lead. */
  boolean running() {
    return successor != null;
  }

  /**
   * Begins: the leader takes no more proposals, waits until the successor has all, and lets it
   * campaign at once. If that takes longer than an election timeout it goes on leading.
   *
   * @param id the member to lead; empty or unknown: the voter with the longest log, of those whose
   *     disk and memory are known to have room if there are any
   */
  void begin(String id) {
    if (successor != null) {
      return;
    }
    Progress best = null;
    for (Progress peer : leader.peers.all()) {
      if (!peer.member().voter() || leader.peers.isLeaving(peer.member().node())) {
        continue;
      }
      if (peer.member().id().equals(id)) {
        best = peer;
        break;
      }
      if (peer.recent() && (best == null || isFitter(peer, best))) {
        best = peer;
      }
    }
    if (best != null) {
      successor = best.member().node();
      until = raft.host.listenedNanos() + raft.timing.election();
      timeoutNowAt = raft.host.listenedNanos();
    }
  }

  /** One that is full would be the next to give way. */
  private static boolean isFitter(Progress peer, Progress other) {
    return peer.hasRoom() == other.hasRoom() ? peer.match() > other.match() : peer.hasRoom();
  }

  /** Goes one step further if it can. */
  void step() {
    if (successor == null) {
      return;
    }
    long now = raft.host.listenedNanos();
    if (now - until >= 0) {
      successor = null;
    } else if (leader.quorum.match(successor) == raft.log.lastIndex() && now - timeoutNowAt >= 0) {
      timeoutNowAt = now + raft.timing.resend();
      raft.host.send(new Message.TimeoutNow(raft.self, successor, raft.term()));
    }
  }
}
