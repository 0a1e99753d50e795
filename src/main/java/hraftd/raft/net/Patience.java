package hraftd.raft.net;

import java.time.Duration;

/**
 * How long a node waits for whoever has connected to it.
 *
 * @param greeting from the connection to the end of its greeting
 * @param frame from the first byte of a frame to its last
 */
record Patience(Duration greeting, Duration frame) {

  /** Of a node that runs; tests may need another. */
  static final Patience USUAL = new Patience(Admission.TIMEOUT, PeerConnections.FRAME_TIMEOUT);
}
