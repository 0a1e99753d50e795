package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node does in one role; a new one is made for every change of role. */
public abstract class Role {

  /** The node whose role it is. */
  final Raft raft;

  Role(Raft raft) {
    this.raft = raft;
  }

  /** What it is called in the status; a follower without a vote is a learner there. */
  public abstract RaftStatus.Role name();

  /** Why a message of the current term cannot be true; null if that cannot be said. */
  @Nullable String refusal(Message message) {
    return null;
  }

  /** Handles a message of the current term, but for votes, which every role answers alike. */
  abstract void receive(Message message);

  /** Does what is due: timeouts, and all that the batch has gathered. */
  abstract void endOfBatch(long now);

  /** A connection to a peer broke. */
  void peerDown(NodeId peer, long now) {}

  /** Takes a new read. */
  abstract void read(PendingRead read);

  /** True if it leads, or hears a leader: no vote against that one (4.2.3). */
  boolean hearsLeader() {
    return false;
  }

  /** This node asks whether it would get a vote: so it is there. */
  void askedBy(NodeId node) {}

  /** The node gave its vote: the candidate gets time to win. */
  void voted() {}

  /** Campaigns at the next occasion, if it ever does. */
  void hasten() {}

  /** Takes a change of the members; only a leader does. */
  void change(MembershipChange change) {
    change.fail(new ConsensusException.NoLeader("this node does not lead"));
  }

  /** Begins a transfer of the leadership; only a leader does. */
  void transfer(LeadershipTransfer transfer) {}

  /** Drops the requests that are done: they were ended behind the Raft thread's back. */
  void sweep() {}

  /** The role is over: what waits in it goes to {@link Raft#keepForNextRole} or ends. */
  void end() {}

  /**
   * For how long nothing is due unless something comes, in nanoseconds; if it is not positive
   * something is under way, and it is better to look again soon.
   */
  public long idleNanos(long now) {
    return 0;
  }

  /** True if there are entries that the end of the batch will write to the log. */
  public boolean hasUnwritten() {
    return false;
  }

  /** True while it sends a snapshot to somebody who is there. */
  public boolean sendsSnapshot() {
    return false;
  }

  /** True while somebody needs a snapshot of the present state, and could read it. */
  public boolean wantsSnapshot() {
    return false;
  }

  /** How far the others are; only a leader knows. */
  public Collection<Progress> peers() {
    return List.of();
  }

  /**
   * True while nothing that makes the state grow is to get into the log, for want of memory: this
   * node's, on a leader also that of any voter.
   */
  public boolean memoryFull() {
    return raft.host.memoryFull();
  }

  /**
   * What all members understand, as far as this node knows: the leader has it from their greetings,
   * its followers from the leader.
   */
  public WireFormat commonFormat() {
    return WireFormat.OLDEST;
  }

  /** What the node waits for or works at, for people; empty if nothing. */
  public String activity() {
    return "";
  }
}
