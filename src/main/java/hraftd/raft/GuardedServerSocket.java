package hraftd.raft;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server socket that only gives out connections whose other end has said a {@link Preamble} that
 * was accepted. One thread reads all preambles without ever waiting for one of them, so that idle,
 * slow and hostile connections cost a little memory for a second and delay nobody.
 */
final class GuardedServerSocket extends ServerSocket {

  /** A connection that may be used. */
  record Admitted(Socket socket, NodeId from) {}

  /** A peer sends its preamble at once; a second is enough for a lost packet. */
  static final Duration ADMISSION_TIMEOUT = Duration.ofSeconds(1);

  /** Connections whose preamble is awaited; with more the oldest goes. */
  static final int MAX_CANDIDATES = 128;

  /** Connections that the kernel keeps for us while we are busy. */
  private static final int BACKLOG = 512;

  /** Connections accepted before the preambles that have come are looked at. */
  private static final int MAX_ACCEPTS_IN_A_ROW = 32;

  /** Admitted connections that nobody has taken yet; with more the next is refused. */
  private static final int MAX_ADMITTED = 64;

  /** How long not to accept when the process has no file descriptor left. */
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private static final class Candidate {
    final SocketChannel channel;
    final InetSocketAddress remote;
    final long deadline = System.nanoTime() + ADMISSION_TIMEOUT.toNanos();
    final ByteBuffer header = ByteBuffer.allocate(Preamble.HEADER_BYTES);
    @Nullable ByteBuffer body;

    Candidate(SocketChannel channel) throws IOException {
      this.channel = channel;
      this.remote = (InetSocketAddress) channel.getRemoteAddress();
    }
  }

  private final ServerSocketChannel server;
  private final Selector selector;
  private final Function<Preamble, Verdict> judge;
  private final RateLimitedLog log;
  private final Thread thread;

  /** In the order of their deadlines. Only the thread uses it. */
  private final Deque<Candidate> candidates = new ArrayDeque<>();

  private final BlockingQueue<Admitted> admitted = new ArrayBlockingQueue<>(MAX_ADMITTED);

  /**
   * Binds and listens; {@link #start} lets connections in.
   *
   * @param judge decides about a preamble, on the admission thread; must not block
   * @throws java.net.BindException if the address is taken, or is not of this machine
   */
  GuardedServerSocket(
      InetSocketAddress address, Function<Preamble, Verdict> judge, RateLimitedLog log)
      throws IOException {
    this.judge = judge;
    this.log = log;
    server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      server.configureBlocking(false);
      selector = Selector.open();
      server.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    thread = new Thread(this::run, "raft-admission-" + getLocalPort());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits for the next connection that was admitted.
   *
   * @throws SocketException if this is closed
   */
  Admitted admit() throws SocketException {
    try {
      while (!isClosed()) {
        Admitted next = admitted.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          return next;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("closed");
  }

  @Override
  public Socket accept() throws IOException {
    return admit().socket();
  }

  private void run() {
    while (server.isOpen()) {
      try {
        awaitEvents();
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
          SelectionKey key = i.next();
          i.remove();
          if (key.attachment() instanceof Candidate candidate) {
            read(candidate, key);
          } else {
            acceptSome();
          }
        }
        dropExpired();
      } catch (ClosedSelectorException e) {
        break; // close() was called.
      } catch (IOException | RuntimeException e) {
        log.warn("accept", () -> "cannot accept connections for now: " + e);
        dropOldest();
        LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
      }
    }
    candidates.forEach(candidate -> closeQuietly(candidate.channel));
  }

  private void awaitEvents() throws IOException {
    Candidate oldest = candidates.peekFirst();
    if (oldest == null) {
      selector.select();
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(oldest.deadline - System.nanoTime()) + 1;
    selector.select(Math.max(1, millis));
  }

  private void acceptSome() throws IOException {
    for (int i = 0; i < MAX_ACCEPTS_IN_A_ROW; i++) {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      Candidate candidate = new Candidate(channel);
      candidates.addLast(candidate);
      if (candidates.size() > MAX_CANDIDATES) {
        log.warn("flood", () -> "too many connections at once: dropped the oldest without a word");
        dropOldest();
      }
      try {
        channel.configureBlocking(false);
        read(candidate, channel.register(selector, SelectionKey.OP_READ, candidate));
      } catch (IOException e) {
        drop(candidate);
      }
    }
  }

  private void dropOldest() {
    Candidate oldest = candidates.pollFirst();
    if (oldest != null) {
      closeQuietly(oldest.channel);
    }
  }

  private void dropExpired() {
    long now = System.nanoTime();
    for (Candidate oldest = candidates.peekFirst();
        oldest != null && oldest.deadline - now <= 0;
        oldest = candidates.peekFirst()) {
      InetSocketAddress remote = oldest.remote;
      log.warn("timeout", () -> "dropped a connection of " + remote + ": it said nothing");
      dropOldest();
    }
  }

  private void read(Candidate candidate, SelectionKey key) {
    try {
      if (fill(candidate, candidate.header)) {
        if (candidate.body == null) {
          candidate.body = newBody(candidate);
        }
        if (candidate.body != null && fill(candidate, candidate.body)) {
          decide(candidate, key, Preamble.decodeBody(candidate.body.array()));
        }
      }
    } catch (IOException | RuntimeException e) {
      drop(candidate);
      log.warn(
          "garbage",
          () -> "dropped a connection of " + candidate.remote + ": not a peer: " + e.getMessage());
    }
  }

  /** True if the buffer is full. */
  private static boolean fill(Candidate candidate, ByteBuffer buffer) throws IOException {
    if (buffer.hasRemaining() && candidate.channel.read(buffer) < 0) {
      throw new IOException("closed before the end of the preamble");
    }
    return !buffer.hasRemaining();
  }

  /** The buffer for the body that the header announces; null if the candidate was refused. */
  private @Nullable ByteBuffer newBody(Candidate candidate) throws IOException {
    byte[] header = candidate.header.array();
    WireReader.check(
        Preamble.hasMagic(header),
        "it begins with '" + new String(header, StandardCharsets.ISO_8859_1) + "'");
    if (Preamble.format(header) != Preamble.FORMAT) {
      refuse(
          candidate,
          new Verdict(Verdict.Reason.UNKNOWN_FORMAT, String.valueOf(Preamble.FORMAT)),
          "refused " + candidate.remote + ": it speaks format " + Preamble.format(header));
      return null;
    }
    int length = Preamble.bodyBytes(header);
    WireReader.check(length <= Preamble.MAX_BODY_BYTES, "a preamble of " + length + " bytes");
    return ByteBuffer.allocate(length);
  }

  private void decide(Candidate candidate, SelectionKey key, Preamble preamble) throws IOException {
    Verdict verdict =
        admitted.remainingCapacity() > 0
            ? judge.apply(preamble)
            : new Verdict(Verdict.Reason.OVERLOADED, "");
    if (verdict.reason() != Verdict.Reason.ADMITTED) {
      refuse(
          candidate,
          verdict,
          "refused "
              + candidate.remote
              + " (member "
              + preamble.from()
              + ") here: "
              + verdict.explain(preamble));
      return;
    }
    candidates.remove(candidate);
    key.cancel();
    candidate.channel.configureBlocking(true);
    // The first few bytes on a connection: the kernel has room for them.
    candidate.channel.write(ByteBuffer.wrap(verdict.encode()));
    if (!admitted.offer(new Admitted(candidate.channel.socket(), preamble.from()))) {
      candidate.channel.close();
    }
  }

  private void refuse(Candidate candidate, Verdict verdict, String line) throws IOException {
    candidate.channel.write(ByteBuffer.wrap(verdict.encode()));
    drop(candidate);
    log.warn(verdict.reason() + " " + candidate.remote.getAddress(), () -> line);
  }

  private void drop(Candidate candidate) {
    candidates.remove(candidate);
    closeQuietly(candidate.channel);
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // It is of no use any more, closed or not.
    }
  }

  /** Does nothing: bound since it exists. JGroups binds what it gets. */
  @Override
  public void bind(SocketAddress endpoint) {}

  /** Does nothing, as {@link #bind(SocketAddress)}. */
  @Override
  public void bind(SocketAddress endpoint, int backlog) {}

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return !server.isOpen();
  }

  @Override
  public int getLocalPort() {
    return server.socket().getLocalPort();
  }

  @Override
  public InetAddress getInetAddress() {
    return server.socket().getInetAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return server.socket().getLocalSocketAddress();
  }

  /** Does nothing: set before it was bound. */
  @Override
  public void setReuseAddress(boolean on) {}

  /** Stops listening, drops what was not admitted and what nobody has taken; waits for the end. */
  @Override
  public void close() throws IOException {
    server.close();
    selector.close();
    super.close();
    try {
      thread.join(ADMISSION_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Admitted left = admitted.poll(); left != null; left = admitted.poll()) {
      closeQuietly(left.socket());
    }
  }
}
