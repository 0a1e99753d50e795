package hraftd.raft;

import org.jspecify.annotations.Nullable;

/**
 * Sees what happens to one node: its messages, its changes of role, from time to time all of it in
 * a picture. The Raft thread calls it, so no method may block or throw; what it is given may be
 * kept. Each does nothing unless it is overridden: who wants nothing costs next to nothing.
 */
public interface RaftObserver {

  /** Wants nothing. */
  RaftObserver NONE = new RaftObserver() {};

  /** True if it wants to see messages; asked before each. */
  default boolean wantsMessages() {
    return false;
  }

  /** A message is on its way to a peer, or is lost before it leaves. */
  default void sent(PeerMessage message) {}

  /** A message of a peer has come and is about to be handled. */
  default void received(PeerMessage message) {}

  /** The connection to a peer broke. */
  default void disconnected(NodeId peer) {}

  /**
   * The role, the term or the leader changed.
   *
   * @param vote who has this node's vote in that term; null if nobody has
   * @param leader null if it is not known
   */
  default void roleChanged(
      RaftStatus.Role role, long term, @Nullable NodeId vote, @Nullable NodeId leader) {}

  /** The newest configuration in the log is another one, committed or not. */
  default void membersChanged(Membership membership) {}

  /** The log was cut off: the entry at this index is the first that is gone (3.5). */
  default void truncated(long index) {}

  /** A snapshot of this node's own state is durable. */
  default void snapshotTaken(long index, long bytes) {}

  /** A snapshot that a leader sent has taken the place of the state. */
  default void snapshotInstalled(long index) {}

  /** True if it wants a picture now; asked at the end of each batch. */
  default boolean wantsPicture() {
    return false;
  }

  /** What this node looks like at the end of a batch. */
  default void pictured(RaftPicture picture) {}
}
