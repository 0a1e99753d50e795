package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer: a {@link SendQueue} and the one thread that connects, with a {@link
 * PeerDialer}, and writes. Whatever the peer does or does not do, only this thread waits for it.
 * Messages that pile up while a frame is written go together in the next one.
 */
final class PeerSender {

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

  /** Connects to it; null if this node opens no connection to this peer. */
  private final @Nullable PeerDialer dialer;

  private final Consumer<PeerConnection> opened;
  private final PeerEvents events;
  private final RateLimitedLog log;
  private final Thread thread;

  private final SendQueue queue = new SendQueue();

  /** Where the peer listens; null: answer on the connection that it has opened. */
  private volatile @Nullable HostPort target;

  /** The connection in use, if there is one. Only the thread sets it. */
  private volatile @Nullable PeerConnection connection;

  /** When the peer was heard, or spoken to first after that. */
  private volatile long silentSince = System.nanoTime();

  /** Frames sent since it was heard. Only the thread adds to it. */
  private final AtomicInteger unanswered = new AtomicInteger();

  /** True if the peer has spoken since the last attempt to connect to it. */
  private volatile boolean speaks;

  /** True while a frame is being written, which may take for ever. */
  private volatile boolean writing;

  // Only the thread uses these.
  private @Nullable HostPort connectedTo;
  private long attemptedAt = System.nanoTime() - MAX_BACKOFF.toNanos();
  private Duration backoff = MIN_BACKOFF;
  private final Absence absence = new Absence();

  /** For this frame it was connected to for no other reason than that the peer speaks. */
  private boolean early;

  /**
   * To a member, which is connected to when there is something to say.
   *
   * @param target where it listens
   * @param dialer connects to it
   * @param opened takes every connection that is made, to read from it
   */
  static PeerSender toMember(
      NodeId peer,
      HostPort target,
      PeerDialer dialer,
      Consumer<PeerConnection> opened,
      PeerEvents events,
      RateLimitedLog log) {
    return new PeerSender(peer, target, dialer, null, opened, events, log);
  }

  /** To a node that is not a member but has opened a connection. */
  static PeerSender toStranger(PeerConnection wayBack, PeerEvents events, RateLimitedLog log) {
    return new PeerSender(wayBack.peer(), null, null, wayBack, made -> {}, events, log);
  }

  private PeerSender(
      NodeId peer,
      @Nullable HostPort target,
      @Nullable PeerDialer dialer,
      @Nullable PeerConnection connection,
      Consumer<PeerConnection> opened,
      PeerEvents events,
      RateLimitedLog log) {
    this.peer = peer;
    this.target = target;
    this.dialer = dialer;
    this.connection = connection;
    this.opened = opened;
    this.events = events;
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
    queue.add(message);
  }

  /** About what is waiting to be written, in bytes. */
  long queuedBytes() {
    return queue.bytes();
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
    return target != null || isOpen(connection);
  }

  /** The newest format that it has said it understands; null if it has said nothing yet. */
  @Nullable WireFormat said() {
    return dialer == null ? null : dialer.said();
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
    queue.finish();
  }

  /**
   * Drops what is queued and the connection, even if it is being made or the peer does not read.
   */
  void abort() {
    queue.clear();
    if (dialer != null) {
      dialer.abort();
    }
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
      while (queue.take(frame)) {
        try {
          sendFrame(frame, out);
        } catch (Exception e) {
          failed(e);
        }
      }
    } catch (Throwable e) {
      events.failed(e);
    } finally {
      if (!toStranger()) {
        closeConnection();
      }
    }
  }

  private void sendFrame(List<Message> frame, WireWriter out) throws IOException {
    PeerConnection way = connection();
    if (way == null) {
      queue.clear();
      return;
    }
    if (way.format() != WireFormat.NEWEST) {
      frame.removeIf(message -> !MessageCodec.isKnownIn(way.format(), message));
      if (frame.isEmpty()) {
        return;
      }
    }
    Frame.begin(out, way.format());
    MessageCodec.encode(frame, way.format(), out);
    Frame.finish(out, way.format());
    if (out.size() > FrameReader.MAX_FRAME_BYTES) {
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
      way.send(out);
    } finally {
      writing = false;
    }
    backoff = MIN_BACKOFF;
  }

  /** The connection to use, which may have to be made first; null if it is too early for that. */
  private @Nullable PeerConnection connection() throws IOException {
    early = false;
    PeerConnection current = connection;
    HostPort wanted = target;
    if (wanted == null) {
      return isOpen(current) ? current : null;
    }
    if (isOpen(current) && wanted.equals(connectedTo)) {
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
    PeerConnection made = Objects.requireNonNull(dialer).connect(wanted);
    connection = made;
    absence.reached();
    connectedTo = wanted;
    opened.accept(made);
    events.connected(peer);
    return made;
  }

  private void failed(Exception e) {
    queue.clear();
    closeConnection();
    if (queue.isEnding()) {
      return;
    }
    backoff = backoff.multipliedBy(2);
    if (backoff.compareTo(MAX_BACKOFF) > 0) {
      backoff = MAX_BACKOFF;
    }
    attemptedAt = System.nanoTime();
    if (e instanceof RefusedException) {
      absence.reached();
      say("refused by ", e);
    } else if (e instanceof UntrustedPeerException) {
      absence.reached();
      say("does not talk to ", e);
    } else if (absence.notReached(attemptedAt)) {
      say("cannot reach ", e);
    }
    if (!early && !toStranger()) {
      events.peerDown(peer);
    }
  }

  private void say(String what, Exception e) {
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    String where = toStranger() ? "its own connection" : String.valueOf(target);
    log.warn(
        "failed " + peer + e.getClass(), () -> what + peer.id() + " at " + where + ": " + reason);
  }

  private void closeConnection() {
    PeerConnection current = connection;
    if (current != null) {
      current.close();
    }
  }

  private static boolean isOpen(@Nullable PeerConnection connection) {
    return connection != null && connection.isOpen();
  }
}
