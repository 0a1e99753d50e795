package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way to one peer: a bounded queue and the one thread that resolves the peer's
 * name, connects and writes. Whatever the peer does or does not do, only this thread waits for it.
 * Messages that pile up while a frame is written go together in the next one.
 *
 * <p>What cannot be sent soon is dropped: Raft repeats what matters, and would not want the rest
 * late.
 */
final class PeerSender {

  /** What a peer may be behind; some round trips of a fast disk array, and little of the heap. */
  static final long MAX_QUEUED_BYTES = Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** The same by number; small messages take more memory than bytes. */
  static final int MAX_QUEUED_MESSAGES = 8192;

  /** Messages are put together up to this; one alone may be larger. */
  private static final int FRAME_BYTES = 256 << 10;

  /** Between attempts to connect: short, as an attempt costs little and a restart is quick. */
  private static final Duration MIN_BACKOFF = Duration.ofMillis(50);

  /** The same, for a peer that has been away for longer. */
  private static final Duration MAX_BACKOFF = Duration.ofMillis(400);

  /** The same, for a peer that has spoken since: it is there, and waits for an answer. */
  private static final Duration SPEAKING_BACKOFF = Duration.ofMillis(20);

  /**
   * Raft nodes answer each other, so a peer that is spoken to and says nothing for this long is
   * gone, or what is between. TCP alone would wait for minutes, and after an outage as long again.
   */
  static final Duration SILENCE = Duration.ofSeconds(3);

  /** Being spoken to is more than this: the last message of a conversation has no answer. */
  private static final int MAX_UNANSWERED = 4;

  private final NodeId peer;
  private final PeerConnections server;
  private final Consumer<NodeId> onDown;
  private final Consumer<Throwable> onError;
  private final RateLimitedLog log;
  private final Thread thread;

  private final Lock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Queue<Message> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean ending;

  /** Where the peer listens; null: answer on the connection that it has opened. */
  private volatile @Nullable HostPort target;

  /** The connection in use, if there is one. Only the thread sets it. */
  private volatile @Nullable PeerAddress address;

  /** When the peer was heard, or spoken to first after that. */
  private volatile long silentSince = System.nanoTime();

  /** Frames sent since it was heard. Only the thread adds to it. */
  private final AtomicInteger unanswered = new AtomicInteger();

  /** True if the peer has spoken since the last attempt to connect to it. */
  private volatile boolean speaks;

  /** True while a frame is being written, which may take for ever. */
  private volatile boolean writing;

  // Only the thread uses these.
  private @Nullable HostPort resolved;
  private int attempts;
  private long attemptedAt = System.nanoTime() - MAX_BACKOFF.toNanos();
  private Duration backoff = MIN_BACKOFF;

  /** For this frame it was connected to for no other reason than that the peer speaks. */
  private boolean early;

  /** To a member, which is connected to when there is something to say. */
  static PeerSender toMember(
      NodeId peer,
      HostPort target,
      PeerConnections server,
      Consumer<NodeId> onDown,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    return new PeerSender(peer, target, null, server, onDown, onError, log);
  }

  /** To a node that is not a member but has opened a connection. */
  static PeerSender toStranger(
      PeerAddress wayBack,
      PeerConnections server,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    return new PeerSender(wayBack.node(), null, wayBack, server, node -> {}, onError, log);
  }

  private PeerSender(
      NodeId peer,
      @Nullable HostPort target,
      @Nullable PeerAddress wayBack,
      PeerConnections server,
      Consumer<NodeId> onDown,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    this.peer = peer;
    this.target = target;
    this.address = wayBack;
    this.server = server;
    this.onDown = onDown;
    this.onError = onError;
    this.log = log;
    thread = new Thread(this::run, "raft-to-" + peer.id());
    thread.setDaemon(true);
  }

  PeerSender start() {
    thread.start();
    return this;
  }

  /** Queues a message, or drops it; never blocks. */
  void send(Message message) {
    long weight = MessageCodec.weight(message);
    lock.lock();
    try {
      boolean full = queuedBytes + weight > MAX_QUEUED_BYTES || queue.size() >= MAX_QUEUED_MESSAGES;
      if (ending || (full && queuedBytes > 0)) {
        return;
      }
      queue.add(message);
      queuedBytes += weight;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** About what is waiting to be written, in bytes. */
  long queuedBytes() {
    lock.lock();
    try {
      return queuedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** The member has moved: connections are made to its new address from now on. */
  void moveTo(HostPort newTarget) {
    target = newTarget;
  }

  /** True if it can only answer on a connection that the peer has opened. */
  boolean toStranger() {
    return target == null;
  }

  /** True if what is sent now may arrive; false for a stranger that has hung up. */
  boolean usable() {
    PeerAddress current = address;
    return target != null || (current != null && server.connectionEstablishedTo(current));
  }

  /** Something has come from the peer. */
  void heard() {
    speaks = true;
    startSilence();
  }

  private void startSilence() {
    silentSince = System.nanoTime();
    unanswered.set(0);
  }

  /** Closes the connection if the peer has been silent for too long. Called now and then. */
  void checkSilence() {
    boolean spokenTo = writing || unanswered.get() > MAX_UNANSWERED;
    if (spokenTo && System.nanoTime() - silentSince > SILENCE.toNanos()) {
      startSilence(); // Not again at once.
      log.warn("silence " + peer, () -> "no answer from " + peer + ": will connect again");
      abort();
    }
  }

  /** Takes no more; the thread ends when what is queued has been sent. Does not wait for it. */
  void finish() {
    lock.lock();
    try {
      ending = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is queued and the connection, even if the peer does not read. */
  void abort() {
    clear();
    closeConnection();
  }

  /** True once the thread has ended. */
  boolean ended() {
    return !thread.isAlive();
  }

  /** Waits for the end of the thread. */
  void join(Duration timeout) throws InterruptedException {
    thread.join(timeout.toMillis());
  }

  private void run() {
    List<Message> frame = new ArrayList<>();
    WireWriter out = new WireWriter();
    try {
      while (take(frame)) {
        try {
          sendFrame(frame, out);
        } catch (Exception e) {
          failed(e);
        }
      }
    } catch (Throwable e) {
      onError.accept(e);
    } finally {
      if (!toStranger()) {
        closeConnection();
      }
    }
  }

  /** Waits for messages; false if there will be none. */
  private boolean take(List<Message> frame) throws InterruptedException {
    frame.clear();
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (ending) {
          return false;
        }
        notEmpty.await();
      }
      long bytes = 0;
      for (Message next = queue.peek();
          next != null && (bytes == 0 || bytes + MessageCodec.weight(next) <= FRAME_BYTES);
          next = queue.peek()) {
        bytes += MessageCodec.weight(next);
        frame.add(queue.remove());
      }
      queuedBytes -= bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void sendFrame(List<Message> frame, WireWriter out) throws Exception {
    PeerAddress destination = destination();
    if (destination == null) {
      clear();
      return;
    }
    out.clear();
    MessageCodec.encode(frame, out);
    if (out.size() > RaftTcp.MAX_FRAME_BYTES) {
      int size = out.size();
      log.warn(
          "size " + peer, () -> "a message of " + size + " bytes to " + peer + " is too large");
      return;
    }
    if (unanswered.getAndIncrement() == 0) {
      silentSince = System.nanoTime();
    }
    writing = true;
    try {
      server.send(destination, out.array(), 0, out.size());
    } finally {
      writing = false;
    }
    backoff = MIN_BACKOFF;
  }

  /** The connection to use, which may have to be made first; null if it is too early for that. */
  private @Nullable PeerAddress destination() throws UnknownHostException {
    early = false;
    PeerAddress current = address;
    boolean connected = current != null && server.connectionEstablishedTo(current);
    HostPort wanted = target;
    if (wanted == null) {
      return connected ? current : null;
    }
    if (connected && wanted.equals(resolved)) {
      return current;
    }
    long waited = System.nanoTime() - attemptedAt;
    boolean backsOff = waited < backoff.toNanos();
    if (backsOff && (!speaks || waited < SPEAKING_BACKOFF.toNanos())) {
      return null;
    }
    early = backsOff;
    attemptedAt = System.nanoTime();
    speaks = false;
    startSilence();
    closeConnection();
    InetAddress[] found = InetAddress.getAllByName(wanted.host());
    InetAddress chosen = found[Math.floorMod(attempts++, found.length)];
    PeerAddress next = new PeerAddress(peer, new InetSocketAddress(chosen, wanted.port()));
    address = next;
    resolved = wanted;
    return next;
  }

  private void failed(Exception e) {
    clear();
    closeConnection();
    if (isEnding()) {
      return;
    }
    backoff = backoff.multipliedBy(2);
    if (backoff.compareTo(MAX_BACKOFF) > 0) {
      backoff = MAX_BACKOFF;
    }
    attemptedAt = System.nanoTime();
    String what = e instanceof RefusedException ? "refused by " : "cannot reach ";
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    log.warn(
        "failed " + peer + e.getClass(), () -> what + peer.id() + " at " + target + ": " + reason);
    if (!early) {
      onDown.accept(peer);
    }
  }

  private boolean isEnding() {
    lock.lock();
    try {
      return ending;
    } finally {
      lock.unlock();
    }
  }

  private void clear() {
    lock.lock();
    try {
      queue.clear();
      queuedBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  private void closeConnection() {
    PeerAddress current = address;
    if (current != null) {
      server.closeConnection(current, /* notify= */ false);
    }
  }
}
