package hraftd.raft.net;

import hraftd.raft.NodeId;

/**
 * What the transport tells the node. Every method may be called by any of the transport's threads,
 * by several at the same time, and by some still while {@link PeerTransport#close} runs.
 */
public interface PeerEvents {

  /**
   * Messages of one peer have come, in the order in which it sent them. May block: then nothing
   * more is read from this connection, and its peer has to wait.
   */
  void received(Received received);

  /** A connection to a peer was opened by this node. */
  default void connected(NodeId peer) {}

  /** The connection to a peer was closed by its end or could not be made: perhaps it died. */
  void peerDown(NodeId peer);

  /** Something unexpected was thrown on a thread of the transport: the node must stop. */
  void failed(Throwable cause);
}
