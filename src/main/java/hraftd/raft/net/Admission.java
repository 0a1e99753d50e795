package hraftd.raft.net;

import hraftd.raft.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Listens, and lets those connections in whose other end has said a {@link Preamble} that was
 * accepted, and who has proved the secret if there is one. One thread reads all preambles without
 * ever waiting for one of them, so idle, slow and hostile connections cost a little memory for a
 * second and delay nobody.
 */
final class Admission implements Closeable {

  /** Who says what becomes of a connection, on the admission thread; must not block. */
  interface Doorkeeper {
    /**
     * Decides about a preamble, which has come from this address.
     *
     * @param certificate what the other end has shown; null if there is no TLS
     */
    Verdict judge(Preamble preamble, HostPort remote, @Nullable X509Certificate certificate);

    /** Takes a connection that has been let in, and has been told so. */
    void welcome(Preamble preamble, Wire wire);
  }

  /** A peer sends its preamble at once; a second is enough for a lost packet. */
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Connections whose preamble is awaited; with more the oldest is dropped. */
  static final int MAX_CANDIDATES = 128;

  /** Connections that the kernel keeps for us while we are busy. */
  private static final int BACKLOG = 512;

  /** Connections accepted before the preambles that have come are looked at. */
  private static final int MAX_ACCEPTS_IN_A_ROW = 32;

  /** How long to do nothing when the process has no file descriptor left. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ServerSocketChannel server;
  private final InetSocketAddress address;
  private final Selector selector;
  private final PortSecurity security;
  private final Duration timeout;
  private final HandshakePace pace = new HandshakePace(System::nanoTime);
  private final Doorkeeper doorkeeper;
  private final RateLimitedLog log;
  private final Thread thread;

  /** In the order of their deadlines. Only the thread uses it. */
  private final Deque<Applicant> candidates = new ArrayDeque<>();

  /**
   * Binds and listens; {@link #start} lets connections in.
   *
   * @param timeout in which who has connected has to have greeted: {@link #TIMEOUT}
   * @throws java.net.BindException if the address is taken, or not of this machine
   */
  Admission(
      InetSocketAddress address,
      PortSecurity security,
      Duration timeout,
      Doorkeeper doorkeeper,
      RateLimitedLog log)
      throws IOException {
    this.security = security;
    this.timeout = timeout;
    this.doorkeeper = doorkeeper;
    this.log = log;
    server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      server.configureBlocking(false);
      this.address = (InetSocketAddress) server.getLocalAddress();
      selector = Selector.open();
      server.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    thread = new Thread(this::run, "raft-admission-" + this.address.getPort());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Where it listens; the port is never 0. */
  InetSocketAddress address() {
    return address;
  }

  private void run() {
    while (server.isOpen()) {
      try {
        awaitEvents();
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
          SelectionKey key = i.next();
          i.remove();
          if (key.attachment() instanceof Applicant candidate) {
            read(candidate, key);
          } else {
            acceptSome();
          }
        }
        dropExpired();
      } catch (ClosedSelectorException e) {
        break; // close() was called.
      } catch (IOException | RuntimeException e) {
        if (server.isOpen()) {
          log.warn("accept", () -> "cannot accept connections for now: " + e);
          dropOldest();
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
    candidates.forEach(Applicant::close);
  }

  private void awaitEvents() throws IOException {
    Applicant oldest = candidates.peekFirst();
    if (oldest == null) {
      selector.select();
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(oldest.deadline() - System.nanoTime()) + 1;
    selector.select(Math.max(1, millis));
  }

  private void acceptSome() throws IOException {
    for (int i = 0; i < MAX_ACCEPTS_IN_A_ROW; i++) {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      IncomingWire wire = new IncomingWire(channel, security.tls(), pace);
      Applicant candidate =
          new Applicant(channel, wire, security, System.nanoTime() + timeout.toNanos());
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
    Applicant oldest = candidates.pollFirst();
    if (oldest != null) {
      oldest.close();
    }
  }

  private void dropExpired() {
    long now = System.nanoTime();
    for (Applicant oldest = candidates.peekFirst();
        oldest != null && oldest.deadline() - now <= 0;
        oldest = candidates.peekFirst()) {
      HostPort remote = oldest.remote();
      log.warn("timeout", () -> "dropped a connection of " + remote + ": no greeting");
      dropOldest();
    }
  }

  private void read(Applicant candidate, SelectionKey key) {
    try {
      Preamble preamble = candidate.read();
      if (preamble == null) {
        return;
      }
      Verdict refusal = candidate.refusal();
      Verdict verdict =
          refusal != null
              ? refusal
              : doorkeeper.judge(preamble, candidate.remote(), candidate.wire().certificate());
      if (verdict.reason() == Verdict.Reason.ADMITTED) {
        letIn(candidate, key, preamble, verdict);
      } else {
        refuse(
            candidate,
            verdict,
            "member " + preamble.from() + ": " + verdict.explain(preamble, "this node"));
      }
    } catch (Applicant.UnknownFormatException e) {
      refuse(candidate, Verdict.UNKNOWN_FORMAT, String.valueOf(e.getMessage()));
    } catch (SSLException e) {
      candidate.wire().tellWhy();
      drop(candidate);
      log.warn(
          "TLS " + candidate.remote().host(),
          () -> "refused " + candidate.remote() + ", TLS: " + e.getMessage());
    } catch (HandshakePace.ExceededException e) {
      drop(candidate);
      log.warn(
          "pace " + candidate.remote().host(),
          () -> "dropped a connection of " + candidate.remote() + ": " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      drop(candidate);
      log.warn(
          "garbage",
          () -> "dropped a connection of " + candidate.remote() + ", no peer: " + e.getMessage());
    }
  }

  private void letIn(Applicant candidate, SelectionKey key, Preamble preamble, Verdict verdict)
      throws IOException {
    SocketChannel channel = candidate.channel();
    candidates.remove(candidate);
    key.cancel();
    channel.configureBlocking(true);
    candidate.tell(verdict);
    doorkeeper.welcome(preamble, candidate.wire().greeted());
  }

  private void refuse(Applicant candidate, Verdict verdict, String why) {
    try {
      candidate.tell(verdict);
    } catch (IOException e) {
      // It does not want to know.
    }
    drop(candidate);
    log.warn(
        verdict.reason() + " " + candidate.remote().host(),
        () -> "refused " + candidate.remote() + ", " + why);
  }

  private void drop(Applicant candidate) {
    candidates.remove(candidate);
    candidate.close();
  }

  /** Stops listening, drops what is not admitted; waits for the thread's end. */
  @Override
  public void close() {
    try {
      server.close();
      selector.close();
    } catch (IOException e) {
      log.warn("close", () -> "closing the port: " + e);
    }
    try {
      thread.join(TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
