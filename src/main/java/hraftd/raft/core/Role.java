package hraftd.raft.core;

import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;

/** What a node does in one role; a new one is made for every change of role. */
public abstract class Role {

  /** The node whose role it is. */
  protected final Raft raft;

  Role(Raft raft) {
    this.raft = raft;
  }

  public abstract RaftStatus.Role name();

  /** Handles a message of the current term, but for votes, which every role answers alike. */
  public abstract void receive(Message message);

  /** Does what is due: timeouts, and all that the batch has gathered. */
  abstract void endOfBatch(long now);

  /** A connection to a peer broke. */
  void peerDown(NodeId peer, long now) {}

  /** Takes a new read. */
  protected abstract void read(Read read);

  /** True if it leads, or hears a leader: no vote against that one (4.2.3). */
  boolean hearsLeader() {
    return false;
  }

  /** The node gave its vote: the candidate gets time to win. */
  void voted() {}

  /** Campaigns at the next occasion, if it ever does. */
  void hasten() {}

  /** The role is over: what waits in it goes to {@link Raft#keepForNextRole} or ends. */
  void end() {}

  /** What the node waits for or works at, for people; empty if nothing. */
  public String activity() {
    return "";
  }
}
