package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.List;

/**
 * What the transport tells the node. Every method may be called by any of the transport's threads,
 * by several at the same time, and by some still while {@link PeerTransport#close} runs.
 */
public interface PeerEvents {

  /**
   * Messages of one peer for this node have come, in the order in which it sent them. May block:
   * then nothing more is read from this connection, and its peer has to wait.
   *
   * @param messages at least one
   * @param bytes what they took on the wire
   */
  void received(List<Message> messages, int bytes);

  /** The connection to a peer was closed by its end or could not be made: perhaps it died. */
  void peerDown(NodeId peer);

  /** Something unexpected was thrown on a thread of the transport: the node must stop. */
  void failed(Throwable cause);
}
