package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer: a {@link SendQueue} and the one thread that resolves the peer's name,
 * connects and writes. Whatever the peer does or does not do, only this thread waits for it.
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

  /** What to say first on a connection; null if none is opened to this peer. */
  private final @Nullable Supplier<Preamble> preamble;

  private final Consumer<PeerConnection> opened;
  private final Consumer<NodeId> onDown;
  private final Consumer<Throwable> onError;
  private final RivalClaims rivals;
  private final RateLimitedLog log;
  private final Thread thread;

  private final SendQueue queue = new SendQueue();

  /** Where the peer listens; null: answer on the connection that it has opened. */
  private volatile @Nullable HostPort target;

  /** The connection in use, if there is one. Only the thread sets it. */
  private volatile @Nullable PeerConnection connection;

  /** What was agreed on when it was connected to last; null if it has not been yet. */
  private volatile @Nullable WireFormat format;

  /** What becomes the connection, while it is made. Only the thread sets it. */
  private volatile @Nullable Socket attempt;

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
  private int attempts;
  private long attemptedAt = System.nanoTime() - MAX_BACKOFF.toNanos();
  private Duration backoff = MIN_BACKOFF;

  /** For this frame it was connected to for no other reason than that the peer speaks. */
  private boolean early;

  /**
   * To a member, which is connected to when there is something to say.
   *
   * @param target where it listens
   * @param preamble what to say to it first, at each connection
   * @param rivals hears whether this process is refused as there is an older one
   * @param opened takes every connection that is made, to read from it
   */
  static PeerSender toMember(
      NodeId peer,
      HostPort target,
      Supplier<Preamble> preamble,
      RivalClaims rivals,
      Consumer<PeerConnection> opened,
      Consumer<NodeId> onDown,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    return new PeerSender(peer, target, preamble, rivals, opened, null, onDown, onError, log);
  }

  /** To a node that is not a member but has opened a connection. */
  static PeerSender toStranger(
      PeerConnection wayBack, RivalClaims rivals, Consumer<Throwable> onError, RateLimitedLog log) {
    return new PeerSender(
        wayBack.peer(), null, null, rivals, c -> {}, wayBack, node -> {}, onError, log);
  }

  private PeerSender(
      NodeId peer,
      @Nullable HostPort target,
      @Nullable Supplier<Preamble> preamble,
      RivalClaims rivals,
      Consumer<PeerConnection> opened,
      @Nullable PeerConnection connection,
      Consumer<NodeId> onDown,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    this.peer = peer;
    this.target = target;
    this.preamble = preamble;
    this.rivals = rivals;
    this.opened = opened;
    this.connection = connection;
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

  /** The newest format that it has said it understands; the oldest if it has said nothing yet. */
  WireFormat format() {
    WireFormat known = format;
    return known == null ? WireFormat.OLDEST : known;
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
    Socket unfinished = attempt;
    if (unfinished != null) {
      try {
        unfinished.close();
      } catch (IOException e) {
        // Of no use any more, closed or not.
      }
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
      onError.accept(e);
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
    PeerConnection made = connect(wanted);
    if (Frame.isChecked(made.format())) {
      made.send(Frame.opening(made.format()));
    }
    format = made.format();
    connection = made;
    connectedTo = wanted;
    opened.accept(made);
    return made;
  }

  /** In the newest format first, at each connection: so a peer is known soon that was replaced. */
  private PeerConnection connect(HostPort to) throws IOException {
    InetAddress[] found = InetAddress.getAllByName(to.host());
    InetAddress chosen = found[Math.floorMod(attempts++, found.length)];
    InetSocketAddress address = new InetSocketAddress(chosen, to.port());
    try {
      PeerConnection made = greet(address, Objects.requireNonNull(preamble));
      rivals.admitted(peer);
      return made;
    } catch (RefusedException e) {
      Preamble newest = e.asked();
      if (e.verdict().reason() == Verdict.Reason.CLAIMED_TWICE) {
        Throwable lasts = rivals.refused(peer, newest.from(), String.valueOf(e.getMessage()));
        if (lasts != null) {
          onError.accept(lasts);
        }
      }
      Preamble older = Greeting.older(newest, e.verdict());
      if (older == null) {
        throw e;
      }
      PeerConnection made = greet(address, () -> older);
      rivals.admitted(peer);
      log.warn(
          "format " + peer,
          () -> peer.id() + " at " + to + " is older: wire format " + made.format().number());
      return made;
    }
  }

  private PeerConnection greet(InetSocketAddress address, Supplier<Preamble> said) throws IOException {
    Socket socket = new Socket();
    attempt = socket;
    try {
      return Greeting.greet(socket, address, said);
    } finally {
      attempt = null;
    }
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
    String what = e instanceof RefusedException ? "refused by " : "cannot reach ";
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    log.warn(
        "failed " + peer + e.getClass(),
        () ->
            what
                + peer.id()
                + " at "
                + (toStranger() ? "its own connection" : target)
                + ": "
                + reason);
    if (!early) {
      onDown.accept(peer);
    }
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
