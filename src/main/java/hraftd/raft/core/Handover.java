package hraftd.raft.core;

import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a leader hands over to another voter (dissertation, 3.10). Owned by the Raft thread. */
final class Handover {

  private final Leader leader;
  private final Raft raft;
  private @Nullable NodeId successor;
  private long until;
  private long timeoutNowAt;

  /** Who asked for it, and is told if nothing comes of it; empty if nobody did. */
  private final List<LeadershipTransfer> asked = new ArrayList<>();

  private boolean campaigns;
  private long tellAt;

  Handover(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
    tellAt = raft.host.listenedNanos();
  }

  /** True while the leader takes no proposals, as another is to lead. */
  boolean running() {
    return successor != null;
  }

  /** The same as {@link #begin(String)}, for somebody who is told if it is given up. */
  void begin(LeadershipTransfer transfer) {
    begin(transfer.id());
    asked.removeIf(PendingRequest::isDone);
    asked.add(transfer);
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
      campaigns &= !asked.isEmpty();
    }
  }

  /** One that is full would be the next to give way. */
  private static boolean isFitter(Progress peer, Progress other) {
    return peer.hasRoom() == other.hasRoom() ? peer.match() > other.match() : peer.hasRoom();
  }

  /** Goes one step further if it can. */
  void step() {
    long now = raft.host.listenedNanos();
    if (successor != null && now - until >= 0) {
      successor = null;
      // Its first election may fail, and the next one be won.
      tellAt = campaigns ? now + 2 * raft.timing.election() : now;
    }
    if (successor == null) {
      tell(now);
    } else if (leader.quorum.match(successor) == raft.log.lastIndex() && now - timeoutNowAt >= 0) {
      timeoutNowAt = now + raft.timing.resend();
      campaigns = true;
      raft.host.send(new Message.TimeoutNow(raft.self, successor, raft.term()));
    }
  }

  private void tell(long now) {
    if (!asked.isEmpty() && now - tellAt >= 0) {
      asked.forEach(transfer -> transfer.givenUp(campaigns));
      asked.clear();
      campaigns = false;
    }
  }
}
