package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jgroups.Address;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.TcpConnection;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * All connections of this node, in both directions. Every one has been greeted and admitted. Each
 * direction has its own, so no tie between two that are opened at the same time has to be broken.
 * For any thread.
 */
final class PeerConnections extends TcpServer {

  /**
   * Connections of nodes that this one does not know as members (it is about to join them, or they
   * do not know yet that they were removed); with more the oldest is closed.
   */
  static final int MAX_STRANGERS = 16;

  private final NodeId self;
  private final String clusterId;
  private final Admission admission;
  private final RateLimitedLog warnings;

  /** The newest connection that each node has opened to this one, the oldest first. */
  private final Map<NodeId, PeerConnection> incoming = new LinkedHashMap<>();

  private volatile Predicate<NodeId> isMember = node -> false;
  private volatile Consumer<NodeId> onPeerClosed = node -> {};

  PeerConnections(
      ThreadFactory threads,
      NodeId self,
      String clusterId,
      Admission admission,
      RateLimitedLog warnings)
      throws Exception {
    super(
        threads,
        new DefaultSocketFactory() {
          @Override
          public ServerSocket createServerSocket(String serviceName) throws IOException {
            return new GuardedServerSocket(admission);
          }
        },
        admission.address().getAddress(),
        admission.address().getPort(),
        admission.address().getPort(),
        /* external_addr= */ null,
        /* external_port= */ 0,
        /* recv_buf_size= */ 0);
    this.self = self;
    this.clusterId = clusterId;
    this.admission = admission;
    this.warnings = warnings;
    acceptor =
        threads.newThread(this::takeAdmitted, "raft-acceptor-" + admission.address().getPort());
  }

  /**
   * Tells who is a member, and what to call when a peer has closed a connection that this node had
   * opened.
   */
  void listen(Predicate<NodeId> isMember, Consumer<NodeId> onPeerClosed) {
    this.isMember = isMember;
    this.onPeerClosed = onPeerClosed;
  }

  /** The connection that this node has opened to us; null if there is none. */
  @Nullable PeerAddress wayBack(NodeId node) {
    synchronized (incoming) {
      PeerConnection connection = incoming.get(node);
      return connection == null ? null : connection.peer();
    }
  }

  Admission admission() {
    return admission;
  }

  @Override
  public void start() throws Exception {
    admission.start();
    super.start();
  }

  private void takeAdmitted() {
    while (!admission.isClosed() && !Thread.currentThread().isInterrupted()) {
      try {
        welcome(admission.admit());
      } catch (SocketException e) {
        return; // Closed.
      }
    }
  }

  private void welcome(Admission.Admitted admitted) {
    try {
      PeerConnection connection = new PeerConnection(admitted, this);
      synchronized (incoming) {
        close(incoming.remove(admitted.from()));
        makeRoomForStrangers();
        incoming.put(admitted.from(), connection);
      }
      handleIncomingConnection(connection.peer(), connection);
    } catch (Exception | OutOfMemoryError e) { // No thread for it: later there may be.
      warnings.warn("welcome", () -> "lost a connection of " + admitted.from() + ": " + e);
      try {
        admitted.socket().close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
  }

  private void makeRoomForStrangers() {
    int strangers = 0;
    for (NodeId node : incoming.keySet()) {
      strangers += isMember.test(node) ? 0 : 1;
    }
    for (Iterator<PeerConnection> i = incoming.values().iterator();
        strangers >= MAX_STRANGERS && i.hasNext(); ) {
      PeerConnection oldest = i.next();
      if (!isMember.test(oldest.peer().node())) {
        i.remove();
        close(oldest);
        strangers--;
      }
    }
  }

  private void close(@Nullable PeerConnection connection) {
    if (connection != null) {
      closeConnection(connection, /* notify= */ false);
    }
  }

  @Override
  protected TcpConnection createConnection(Address dest) throws Exception {
    PeerAddress peer = (PeerAddress) dest;
    return new PeerConnection(peer, new Preamble(clusterId, self, peer.node()), this);
  }

  /** JGroups would keep a lock for every address that it has ever seen. */
  @Override
  protected Lock getLock(Address dest) {
    return ((PeerAddress) dest).lock();
  }

  @Override
  public void notifyConnectionClosed(Connection closed) {
    PeerConnection connection = (PeerConnection) closed;
    boolean byPeer = connection.outgoing() && !connection.closedHere();
    synchronized (incoming) {
      incoming.remove(connection.peer().node(), connection);
    }
    super.notifyConnectionClosed(connection);
    if (byPeer) {
      onPeerClosed.accept(connection.peer().node());
    }
  }
}
