package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All connections of this node, in both directions, and a thread that reads from each. Every one
 * has been greeted and admitted. Each direction has its own, so no tie between two that are opened
 * at the same time has to be broken. For any thread.
 */
final class PeerConnections implements Closeable {

  /**
   * Connections of nodes that this one does not know as members (it is about to join them, or they
   * do not know yet that they were removed); with more the oldest is closed.
   */
  static final int MAX_STRANGERS = 16;

  /**
   * Threads that read, those included whose connections were closed while they waited for the node:
   * with more no further connection is let in. Far above any sensible cluster.
   */
  private static final int MAX_READERS = 256;

  /** What is done with what is read, on the reading threads. */
  interface Receiver {
    /** True if this node is a member of the newest configuration that this node knows. */
    boolean isMember(NodeId node);

    /**
     * A frame has come; may block.
     *
     * @throws IllegalArgumentException if it cannot be used: the connection is closed for it
     */
    void frame(PeerConnection from, byte[] frame);

    /** A connection that this node had opened was closed, not by this end. */
    void closedByPeer(NodeId peer);

    /** A reading thread died of this. */
    void failed(Throwable cause);
  }

  private final Receiver receiver;
  private final RateLimitedLog log;

  /** The newest connection that each node has opened to this one, the oldest first. */
  private final Map<NodeId, PeerConnection> incoming = new LinkedHashMap<>();

  private final Map<PeerConnection, Thread> readers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  PeerConnections(Receiver receiver, RateLimitedLog log) {
    this.receiver = receiver;
    this.log = log;
  }

  /** True if there are so many that none is to be let in. */
  boolean full() {
    return readers.size() >= MAX_READERS;
  }

  /** Takes a connection that was let in; does not block. */
  void welcome(NodeId from, Socket socket) {
    try {
      PeerConnection connection = new PeerConnection(from, socket, /* outgoing= */ false);
      synchronized (incoming) {
        close(incoming.remove(from));
        makeRoomForStrangers();
        incoming.put(from, connection);
      }
      read(connection);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // No thread for it: later there may be.
      log.warn("welcome", () -> "lost a connection of " + from + ": " + e);
      try {
        socket.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
  }

  private void makeRoomForStrangers() {
    int strangers = 0;
    for (NodeId node : incoming.keySet()) {
      strangers += receiver.isMember(node) ? 0 : 1;
    }
    for (Iterator<PeerConnection> i = incoming.values().iterator();
        strangers >= MAX_STRANGERS && i.hasNext(); ) {
      PeerConnection oldest = i.next();
      if (!receiver.isMember(oldest.peer())) {
        i.remove();
        oldest.close();
        strangers--;
      }
    }
  }

  private static void close(@Nullable PeerConnection connection) {
    if (connection != null) {
      connection.close();
    }
  }

  /** Begins to read from a connection. */
  void read(PeerConnection connection) {
    Thread reader = new Thread(() -> run(connection), "raft-from-" + connection.peer().id());
    reader.setDaemon(true);
    readers.put(connection, reader);
    boolean started = false;
    try {
      reader.start();
      started = true;
    } finally {
      if (!started) {
        forget(connection);
      }
    }
    if (closed) {
      connection.close();
    }
  }

  private void run(PeerConnection connection) {
    try {
      while (connection.isOpen()) {
        receiver.frame(connection, connection.receive());
      }
    } catch (IOException e) {
      // The usual end of a connection.
    } catch (RuntimeException e) {
      String problem = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
      log.warn(
          "frame " + connection.peer(),
          () -> "closed the connection of " + connection + ": " + problem);
    } catch (Throwable e) {
      receiver.failed(e);
    } finally {
      boolean byPeer = connection.outgoing() && connection.isOpen();
      forget(connection);
      if (byPeer) {
        receiver.closedByPeer(connection.peer());
      }
    }
  }

  private void forget(PeerConnection connection) {
    connection.close();
    synchronized (incoming) {
      incoming.remove(connection.peer(), connection);
    }
    readers.remove(connection);
  }

  /** The connection that this node has opened to us; null if there is none. */
  @Nullable PeerConnection wayBack(NodeId node) {
    synchronized (incoming) {
      return incoming.get(node);
    }
  }

  /** Closes all, and those that come later; does not wait for the threads that read. */
  @Override
  public void close() {
    closed = true;
    readers.keySet().forEach(PeerConnection::close);
  }

  /** Waits for the end of the threads that read, after {@link #close}. */
  void join(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Thread reader : readers.values()) {
      long nanos = deadline - System.nanoTime();
      if (nanos > 0) {
        reader.join(Math.max(1, nanos / 1_000_000));
      }
    }
  }
}
