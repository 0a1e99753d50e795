package hraftd.raft.net;

import java.io.IOException;

/** What listens at a peer's address has closed the connection instead of beginning with TLS. */
final class NoTlsException extends IOException {
  private static final long serialVersionUID = 1;

  NoTlsException(IOException cause) {
    super("closed instead of a TLS handshake: has it no TLS (-cert)?", cause);
  }
}
