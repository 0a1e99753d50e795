package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;

/** What the transport tells the Raft node; every method runs on the Raft thread. */
public interface RaftEvents {

  /** A message for this node has come. */
  void received(Message message);

  /** The connection to a peer was closed by its end or could not be made: perhaps it died. */
  void peerDown(NodeId peer);

  /**
   * The end of a batch of events and tasks; without any, every few milliseconds. What the batch
   * gave rise to is sent and made durable here, once for all.
   *
   * @return in how many nanoseconds it wants to be called again, if not some milliseconds are
   *     sooner
   */
  long endOfBatch();

  /** Something unexpected was thrown on the Raft thread: the node must stop. */
  void failed(Throwable cause);
}
