package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection to or from a peer that has been greeted with a {@link Preamble}. Who opens one sends
 * on it; the other end answers on it only as long as it knows no better way back. Written by one
 * thread and read by another; closing it, on any thread, never waits for a peer that does not read.
 */
final class PeerConnection implements Closeable {

  private final NodeId peer;
  private final WireFormat format;
  private final boolean outgoing;
  private final Wire wire;
  private final HostPort remote;
  private final FrameReader in;
  private final @Nullable Claim claim;
  private final long madeAt = System.nanoTime();
  private volatile long heardAt = madeAt;
  private volatile boolean closed;

  /**
   * A connection that was greeted, by no certain process.
   *
   * @param format what is spoken on it, in both directions
   * @param outgoing true if this node has opened it
   */
  PeerConnection(NodeId peer, Wire wire, WireFormat format, boolean outgoing) throws IOException {
    this(peer, wire, format, outgoing, null);
  }

  /**
   * A connection that was greeted just now.
   *
   * @param claim what the process at the other end has said of itself; null: nothing
   */
  PeerConnection(NodeId peer, Wire wire, WireFormat format, boolean outgoing, @Nullable Claim claim)
      throws IOException {
    this.claim = claim;
    this.peer = peer;
    this.format = format;
    this.outgoing = outgoing;
    this.wire = wire;
    Socket socket = wire.socket();
    this.remote = new HostPort(socket.getInetAddress().getHostAddress(), socket.getPort());
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    this.in = new FrameReader(wire.in(), format, /* expected= */ !outgoing);
  }

  NodeId peer() {
    return peer;
  }

  WireFormat format() {
    return format;
  }

  boolean outgoing() {
    return outgoing;
  }

  boolean isOpen() {
    return !closed;
  }

  /** Waits for a frame; see {@link FrameReader#read}. */
  byte[] receive(IntPredicate admits) throws IOException {
    byte[] frame = in.read(admits);
    heardAt = System.nanoTime();
    return frame;
  }

  /** True if a frame was received, or it was made, not longer ago than this. */
  boolean wasHeardWithin(Duration time) {
    return System.nanoTime() - heardAt < time.toNanos();
  }

  /** True if the other end is another process than this one, which speaks now, and was before. */
  boolean isElderOf(Claim other) {
    return claim != null
        && claim.process() != other.process()
        && System.nanoTime() - madeAt + claim.age().toNanos() >= other.age().toNanos();
  }

  /** Where the process at the other end listens, if it has said so; else where it sends from. */
  HostPort listensAt() {
    return claim == null ? remote : new HostPort(remote.host(), claim.port());
  }

  /** True if a frame has begun to come longer ago than this and is not whole yet. */
  boolean isOverdue(Duration timeout) {
    return in.isOverdue(timeout);
  }

  /** Writes a frame; may wait for as long as the peer does not read. */
  void send(WireWriter frame) throws IOException {
    wire.out().write(frame.array(), 0, frame.size());
  }

  /** Closes the socket at once; what the peer has not taken yet may be lost. */
  @Override
  public void close() {
    closed = true;
    try {
      wire.socket().close();
    } catch (IOException e) {
      // Of no use any more, closed or not.
    }
  }

  @Override
  public String toString() {
    return peer + " at " + remote;
  }
}
