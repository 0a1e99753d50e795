package hraftd.raft.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.blocks.cs.TcpConnection;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to or from a peer that has been greeted with a {@link Preamble}. Who opens one
 * sends on it; the other end answers on it only as long as it knows no better way back. Written by
 * one thread; closing it never waits for a peer that does not read.
 */
final class PeerConnection extends TcpConnection {

  /** For the answer to the preamble; longer than a short pause of the peer's garbage collector. */
  private static final Duration GREETING_TIMEOUT = Duration.ofMillis(500);

  private final PeerAddress peer;
  private final @Nullable Preamble preamble;
  private volatile boolean closedHere;

  /** A connection to be made, with what to say first. */
  PeerConnection(PeerAddress peer, Preamble preamble, PeerConnections server) throws Exception {
    super(peer, server);
    this.peer = peer;
    this.preamble = preamble;
    useLockToSend(false); // One thread sends, and learns of a failed flush only without the lock.
  }

  /** A connection that was admitted. */
  PeerConnection(Admission.Admitted admitted, PeerConnections server) throws Exception {
    super(admitted.socket(), server);
    Socket socket = admitted.socket();
    this.peer =
        new PeerAddress(
            admitted.from(), new InetSocketAddress(socket.getInetAddress(), socket.getPort()));
    this.peer_addr = peer;
    this.preamble = null;
  }

  PeerAddress peer() {
    return peer;
  }

  /** True if this node has opened it. */
  boolean outgoing() {
    return preamble != null;
  }

  /** True if this end has closed it, whether the other end has or not. */
  boolean closedHere() {
    return closedHere;
  }

  /**
   * Connects and greets.
   *
   * @throws RefusedException if the peer does not want us
   */
  @Override
  public void connect(Address dest) throws Exception {
    if (preamble == null) {
      throw new IllegalStateException("admitted, so connected already");
    }
    connect(dest, /* send_local_addr= */ false);
    try {
      out.write(preamble.encode());
      out.flush();
      Verdict verdict = readVerdict();
      if (verdict.reason() != Verdict.Reason.ADMITTED) {
        throw new RefusedException(verdict, preamble);
      }
      sock.setSoTimeout(0);
    } catch (IOException | RuntimeException e) {
      close(/* graceful= */ false);
      throw e;
    }
  }

  private Verdict readVerdict() throws IOException {
    long deadline = System.nanoTime() + GREETING_TIMEOUT.toNanos();
    byte[] header = new byte[Verdict.HEADER_BYTES];
    readFully(header, 0, deadline);
    byte[] answer = Arrays.copyOf(header, header.length + Verdict.detailBytes(header));
    readFully(answer, header.length, deadline);
    try {
      return Verdict.decode(answer);
    } catch (IllegalArgumentException e) {
      throw new IOException("what listens there is not a peer: " + e.getMessage(), e);
    }
  }

  private void readFully(byte[] bytes, int from, long deadline) throws IOException {
    int position = from;
    while (position < bytes.length) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        throw new SocketTimeoutException("no answer to the greeting");
      }
      sock.setSoTimeout((int) millis);
      int count = in.read(bytes, position, bytes.length - position);
      if (count < 0) {
        throw new EOFException("closed instead of answering the greeting");
      }
      position += count;
    }
  }

  /** Closes the socket at once; what the peer has not taken yet may be lost. */
  @Override
  public void close(boolean graceful) throws IOException {
    closedHere = true;
    doClose();
  }
}
