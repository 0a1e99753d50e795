package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All connections of this node, in both directions, and a thread that reads from each. Every one
 * has been greeted and admitted. Each direction has its own, so no tie between two that are opened
 * at the same time has to be broken. For any thread.
 */
final class PeerConnections implements Closeable {

  /**
   * Threads that read, those included that still wait for the node with what they have read: with
   * more no further connection is let in. Far above any sensible cluster.
   */
  private static final int MAX_READERS = 192;

  /**
   * A frame that has begun must be whole in this time: as long as a slow link takes for the largest
   * one, and so that nobody holds memory and a thread for half of one.
   */
  static final Duration FRAME_TIMEOUT = Duration.ofSeconds(10);

  /** Between two frames of a node that is no member: it asks for votes now and then. */
  private static final Duration STRANGERS_PAUSE = Duration.ofMillis(5);

  /** Long frames that are read at once from nodes that may be anybody: see {@link Allowance}. */
  private static final int MAX_LONG_FRAMES_OF_UNKNOWNS = 2;

  /** What is done with what is read, on the reading threads. */
  interface Receiver {
    /** True if this node is known to be a member. */
    boolean isMember(NodeId node);

    /** True if this node may say all that a member may. */
    boolean isTrusted(NodeId node);

    /**
     * The messages of a frame's body.
     *
     * @throws IllegalArgumentException if it cannot be used: the connection is closed for it
     */
    List<Message> decode(PeerConnection from, byte[] body);

    /** Messages have come; may block. */
    void received(Received received);

    /** A connection that this node had opened was closed, not by this end. */
    void closedByPeer(NodeId peer);

    /** A reading thread died of this. */
    void failed(Throwable cause);
  }

  private final Receiver receiver;
  private final Duration frameTimeout;
  private final RateLimitedLog log;
  private final IncomingConnections incoming;
  private final Map<PeerConnection, Thread> readers = new ConcurrentHashMap<>();
  private final Semaphore longFramesOfUnknowns =
      new Semaphore(MAX_LONG_FRAMES_OF_UNKNOWNS, /* fair= */ true);
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param frameTimeout {@link #FRAME_TIMEOUT}
   */
  PeerConnections(Receiver receiver, Duration frameTimeout, RateLimitedLog log) {
    this.receiver = receiver;
    this.frameTimeout = frameTimeout;
    this.log = log;
    this.incoming = new IncomingConnections(receiver::isMember);
  }

  /** True if there are so many that none is to be let in. */
  boolean full() {
    return readers.size() >= MAX_READERS;
  }

  /** Where an older process listens that is the same node, and lives; null if there is none. */
  @Nullable HostPort elder(NodeId node, Claim claim) {
    PeerConnection elder = incoming.elder(node, claim);
    return elder == null ? null : elder.listensAt();
  }

  /** Takes a connection that was let in; does not block. */
  void welcome(Preamble preamble, Wire wire) {
    NodeId from = preamble.from();
    try {
      WireFormat format = Objects.requireNonNull(preamble.formats().common(), "it was judged");
      PeerConnection connection =
          new PeerConnection(from, wire, format, /* outgoing= */ false, preamble.claim());
      incoming.add(connection);
      read(connection);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // No thread for it: later there may be.
      log.warn("welcome", () -> "lost a connection of " + from + ": " + e);
      try {
        wire.socket().close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
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
      if (!connection.outgoing() && !receiveProof(connection)) {
        return;
      }
      while (connection.isOpen()) {
        receiveFrame(connection, /* proved= */ true);
      }
    } catch (IOException | InterruptedException e) {
      // The usual end of a connection.
    } catch (IllegalArgumentException e) {
      warn(connection, e.getMessage());
    } catch (RuntimeException e) {
      warn(connection, e.toString());
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

  /** Takes what makes it count; false if it was closed meanwhile. */
  private boolean receiveProof(PeerConnection connection) throws IOException, InterruptedException {
    if (Frame.isChecked(connection.format())) {
      var unused = connection.receive(length -> length == 0); // Frame.opening
      return incoming.prove(connection);
    }
    // A node of hraftd 1.0 opens with a message: that is its proof, as nothing is before it.
    receiveFrame(connection, /* proved= */ false);
    return connection.isOpen();
  }

  private void receiveFrame(PeerConnection connection, boolean proved)
      throws IOException, InterruptedException {
    boolean fromStranger;
    try (Allowance allowance = new Allowance(connection.peer(), proved)) {
      byte[] body = connection.receive(allowance);
      WireReader.check(body.length > 0, "an empty frame");
      Received received = received(connection, receiver.decode(connection, body));
      if (!proved && !incoming.prove(connection)) {
        return;
      }
      receiver.received(received);
      fromStranger = received.fromStranger();
    }
    if (fromStranger) {
      LockSupport.parkNanos(STRANGERS_PAUSE.toNanos());
    }
  }

  /**
   * Whether the body of a frame may be so long, and the room that it takes until it is closed.
   * Members may send as much as fits into a frame, and there is one connection of each that has
   * proved itself; before that, as anybody can greet with a member's name, and where everybody is
   * trusted, as nobody is known, a few may at a time.
   */
  private final class Allowance implements IntPredicate, AutoCloseable {
    private final NodeId peer;
    private final boolean proved;
    private boolean taken;

    Allowance(NodeId peer, boolean proved) {
      this.peer = peer;
      this.proved = proved;
    }

    @Override
    public boolean test(int length) {
      if (length <= FrameReader.MAX_STRANGERS_FRAME_BYTES || (proved && receiver.isMember(peer))) {
        return true;
      }
      if (!receiver.isTrusted(peer)) {
        return false;
      }
      try {
        long millis = frameTimeout.toMillis();
        taken = longFramesOfUnknowns.tryAcquire(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return taken;
    }

    @Override
    public void close() {
      if (taken) {
        longFramesOfUnknowns.release();
      }
    }
  }

  private Received received(PeerConnection connection, List<Message> messages) {
    return new Received(
        messages,
        !receiver.isTrusted(connection.peer()),
        connection,
        why -> {
          warn(connection, why);
          connection.close();
        });
  }

  private void warn(PeerConnection connection, @Nullable String why) {
    log.warn(
        "frame " + connection.peer(), () -> "closed the connection of " + connection + ": " + why);
  }

  private void forget(PeerConnection connection) {
    connection.close();
    incoming.remove(connection);
    readers.remove(connection);
  }

  /** The connection that this node has opened to us; null if there is none. */
  @Nullable PeerConnection wayBack(NodeId node) {
    return incoming.of(node);
  }

  /** Closes those on which a frame has begun and does not end. Called now and then. */
  void closeOverdue() {
    for (PeerConnection connection : readers.keySet()) {
      if (connection.isOverdue(frameTimeout)) {
        warn(connection, "no whole frame within " + frameTimeout.toSeconds() + " s");
        connection.close();
      }
    }
  }

  /** Closes all, and those that come later; does not wait for the threads that read. */
  @Override
  public void close() {
    closed = true;
    readers.keySet().forEach(PeerConnection::close);
    incoming.close();
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
