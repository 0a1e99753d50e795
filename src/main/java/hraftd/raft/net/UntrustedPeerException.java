package hraftd.raft.net;

import java.io.IOException;

/**
 * What listens at a peer's address has not shown that it is the peer, so this node does not talk to
 * it; the message is for the operator.
 */
final class UntrustedPeerException extends IOException {
  private static final long serialVersionUID = 1;

  UntrustedPeerException(String message) {
    super(message);
  }
}
