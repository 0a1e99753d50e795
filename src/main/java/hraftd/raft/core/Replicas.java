package hraftd.raft.core;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other members as their leader knows them: how far each is, and those among them that were
 * removed and only still have to hear of it. Owned by the Raft thread.
 */
final class Replicas {

  /** For so many election timeouts a removed member is told that it is one. */
  private static final int FAREWELL_ELECTIONS = 4;

  private final Leader leader;
  private final Raft raft;
  private final Map<NodeId, Progress> all = new LinkedHashMap<>();

  /** Removed members, and until when they are told. */
  private final Map<NodeId, Long> leaving = new HashMap<>();

  private WireFormat saidFormat = WireFormat.OLDEST;

  /** The index of the configuration that this was made from; -1: of none yet. */
  private long membershipIndex = -1;

  Replicas(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
  }

  /** Null if this is no peer. */
  @Nullable Progress get(NodeId node) {
    return all.get(node);
  }

  /** Those that are leaving included; not to be changed. */
  Collection<Progress> all() {
    return Collections.unmodifiableCollection(all.values());
  }

  /** True if this removed member only still has to hear of it. */
  boolean isLeaving(NodeId node) {
    return leaving.containsKey(node);
  }

  /**
   * The last entry that this peer is to get for now. Its own removal it hears of once that is
   * committed: with an entry that none of those has who stay, it could neither win an election nor
   * vote for one of them, who may need it as long as the leader is away.
   */
  long lastFor(NodeId node) {
    boolean early = isLeaving(node) && membershipIndex > raft.commitIndex();
    return early ? membershipIndex - 1 : raft.log.lastIndex();
  }

  /** True if a voter has no heap left for a state that grows. */
  boolean isVoterMemoryFull() {
    for (Progress peer : all.values()) {
      if (peer.isMemoryFull() && peer.member().voter()) {
        return true;
      }
    }
    return false;
  }

  /** What this node and all members understand, those that are leaving included. */
  WireFormat commonFormat() {
    WireFormat common = WireFormat.NEWEST;
    for (Member member : raft.membership().members()) {
      common = common(common, member.node());
    }
    for (NodeId node : leaving.keySet()) {
      common = common(common, node);
    }
    return common;
  }

  /** The same as of this batch, for all that is sent in it. */
  WireFormat saidFormat() {
    return saidFormat;
  }

  /**
   * What this node and the members understand that stay in the next configuration. Of a dead member
   * it is not known, mostly, and one that is on its way out is sent what it can read.
   */
  WireFormat formatOfThoseWhoStay(Membership next) {
    WireFormat common = WireFormat.NEWEST;
    for (Member member : raft.membership().members()) {
      NodeId node = member.node();
      if (next.find(node) != null && !next.replacements().containsValue(node)) {
        common = common(common, node);
      }
    }
    return common;
  }

  private WireFormat common(WireFormat others, NodeId node) {
    return node.equals(raft.self) ? others : others.common(raft.host.format(node));
  }

  /** Takes the configuration that is in force now, if it is another one. */
  void renew() {
    if (membershipIndex == raft.configurations.index()) {
      return;
    }
    membershipIndex = raft.configurations.index();
    long now = raft.host.nanoTime();
    Membership membership = raft.membership();
    for (Member member : membership.members()) {
      leaving.remove(member.node());
      Progress peer = all.get(member.node());
      if (peer != null) {
        peer.member(member);
      } else if (!member.node().equals(raft.self)) {
        all.put(member.node(), new Progress(leader, member, raft.log.lastIndex() + 1, now));
      }
    }
    for (NodeId node : all.keySet()) {
      if (membership.find(node) == null) {
        leaving.putIfAbsent(node, now + FAREWELL_ELECTIONS * raft.timing.election());
      }
    }
  }

  /** Sends each what is due. */
  void replicate(long now) {
    bidFarewell(now);
    saidFormat = commonFormat();
    // All together, so that the thread of an idle leader wakes up once for all of them.
    long heartbeat = raft.timing.heartbeat();
    long rest = idleNanos(now) <= 0 ? heartbeat - heartbeat / 4 : heartbeat;
    for (Progress peer : all.values()) {
      peer.replicate(now, rest);
    }
  }

  /** For how long no peer is to be sent anything unless something comes, in nanoseconds. */
  long idleNanos(long now) {
    long idle = Long.MAX_VALUE;
    for (Progress peer : all.values()) {
      idle = Math.min(idle, peer.heartbeatIn(now));
    }
    return idle;
  }

  /** A removed member is told so, for a while: then it knows, or it asks when it comes back. */
  private void bidFarewell(long now) {
    leaving
        .entrySet()
        .removeIf(
            e -> {
              Progress peer = all.get(e.getKey());
              if (peer != null) {
                peer.wantsCommit(membershipIndex);
              }
              boolean over = now - e.getValue() >= 0;
              if (over) {
                all.remove(e.getKey());
              }
              return over;
            });
  }
}
