package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One node's way to another, as {@link hraftd.raft.net} has it: a bounded queue, and a thread that
 * connects, backs off, and writes what has piled up as one frame. A connection brings what was
 * written in order, later where packets are lost, until it breaks: then all is lost that has not
 * arrived, and who wrote it may or may not learn of that. All times are a third of the real ones,
 * as the election timeout is.
 */
final class SimSender {

  static final long HOUSEKEEPING = 167 * MILLI;

  private static final long MIN_BACKOFF = 17 * MILLI;
  private static final long MAX_BACKOFF = 133 * MILLI;
  private static final long SPEAKING_BACKOFF = 7 * MILLI;
  private static final long CONNECT_TIMEOUT = 100 * MILLI;
  private static final long ANSWER_TIMEOUT = 167 * MILLI;
  private static final long SILENCE = 1000 * MILLI;
  private static final int MAX_UNANSWERED = 4;

  /** Packets that were lost are sent again after this, and then after twice as long. */
  private static final long MIN_RESEND = 67 * MILLI;

  private static final long MAX_RESEND = 1000 * MILLI;

  /** What a frame takes on a narrow way. */
  private static final long NARROW = 60 * MILLI;

  /** What comes later than that tells of a time in which another may have led. */
  private static final long LATE = SimProcess.ELECTION;

  private static final int FRAME_MESSAGES = 40;

  private record Frame(List<Message> messages, long sentAt, long arrivesAt) {}

  final NodeId from;
  final NodeId to;
  private final SimCluster cluster;
  private final SimNetwork network;
  private final SimConnections connections;
  private final Random random;
  private final int maxQueue;
  private final int maxInFlight;

  private final Deque<Message> queue = new ArrayDeque<>();

  /** Written, and not read by the peer yet. */
  @SuppressWarnings("JdkObsolete") // A queue of which all can be replaced.
  private final LinkedList<Frame> flight = new LinkedList<>();

  private int inFlight;

  /** The connection ends at this process of the peer; null if there is none. */
  private @Nullable Object open;

  /** Grows when a connection ends or is begun: what was to become of the one before is void. */
  private long turn;

  private boolean connecting;

  /** The thread waits until the peer has read something. */
  private boolean blocked;

  /** The next frame's arrival is an event already: this one. */
  private boolean armed;

  private long arming;

  private long lastArrival;

  /** Until then arrives what a process that is gone has written. */
  private long leftUntil;

  private long resend = MIN_RESEND;
  private long narrowUntil;
  private long attemptedAt;
  private long backoff = MIN_BACKOFF;
  private boolean speaks;
  private boolean early;
  private int unanswered;
  private long silentSince;

  SimSender(
      SimCluster cluster,
      SimNetwork network,
      SimConnections connections,
      NodeId from,
      NodeId to,
      int maxQueue,
      int maxInFlight) {
    this.cluster = cluster;
    this.network = network;
    this.connections = connections;
    this.random = cluster.random;
    this.from = from;
    this.to = to;
    this.maxQueue = maxQueue;
    this.maxInFlight = maxInFlight;
    attemptedAt = cluster.now() - MAX_BACKOFF;
    silentSince = cluster.now();
    narrowUntil = cluster.now();
    lastArrival = cluster.now();
    leftUntil = cluster.now();
  }

  /** Queues a message, or drops it. */
  void send(Message m) {
    if (queue.size() < maxQueue) {
      queue.add(m);
      pump();
    }
  }

  /** True if what is sent now gets there soon, as far as one can see. */
  boolean isFree() {
    SimNode peer = cluster.nodes.get(to);
    boolean flows = flight.isEmpty() || cluster.now() - flight.peek().arrivesAt < 2 * MILLI;
    return open != null
        && peer != null
        && open == peer.life()
        && !blocked
        && flows
        && lastArrival - cluster.now()
            <= network.maxDelay // What a narrow way has left arrives first.
        && leftUntil - cluster.now() <= 0
        && narrowUntil - cluster.now() < 0;
  }

  /** What is sent takes long for so long. */
  void choke(long nanos) {
    narrowUntil = cluster.now() + nanos;
  }

  /** What is sent takes as long as ever, and what was lost is sent again now. */
  void heal() {
    choke(0);
    resend = MIN_RESEND;
    lastArrival = cluster.now() + connections.delay();
    flight.replaceAll(frame -> new Frame(frame.messages, frame.sentAt, lastArrival));
    if (armed) {
      armed = false;
      arm(lastArrival - cluster.now());
    }
  }

  /** What the thread does when there is something to send. */
  private void pump() {
    while (!queue.isEmpty() && !connecting && !blocked) {
      if (open == null) {
        connect();
      } else {
        write();
      }
    }
  }

  private void write() {
    List<Message> messages = new ArrayList<>();
    while (!queue.isEmpty() && messages.size() < FRAME_MESSAGES) {
      messages.add(queue.remove());
    }
    if (unanswered++ == 0) {
      silentSince = cluster.now();
    }
    backoff = MIN_BACKOFF;
    long now = cluster.now();
    long takes = narrowUntil - now > 0 ? random.nextLong(NARROW) : 0;
    long begins = takes > 0 && lastArrival - now > 0 ? lastArrival : now;
    long arrives = begins + takes + connections.delay();
    lastArrival = arrives - lastArrival > 0 ? arrives : lastArrival;
    flight.add(new Frame(messages, now, lastArrival));
    inFlight += messages.size();
    blocked = inFlight > maxInFlight;
    arm(flight.element().arrivesAt - now);
  }

  private void arm(long delay) {
    if (!armed) {
      armed = true;
      long now = ++arming;
      cluster.after(
          delay,
          () -> {
            if (armed && arming == now) {
              armed = false;
              arrive();
            }
          });
    }
  }

  /** Reads on at the other end, where that can be. */
  private void arrive() {
    SimNode peer = cluster.nodes.get(to);
    if (!network.reaches(from, to) || (peer == null && !network.reaches(to, from))) {
      arm(resend);
      resend = Math.min(2 * resend, MAX_RESEND);
    } else if (peer == null || peer.life() != open) {
      reset();
    } else if (!peer.running()) {
      arm(random.nextLong(15 * MILLI)); // It waits in the socket.
    } else {
      resend = MIN_RESEND;
      while (!flight.isEmpty() && flight.peek().arrivesAt - cluster.now() <= 0) {
        Frame frame = flight.remove();
        inFlight -= frame.messages.size();
        tellIfLate(frame);
        frame.messages.forEach(peer::receive);
      }
      connections.sender(to, from).heard();
      blocked = inFlight > maxInFlight;
      if (!flight.isEmpty()) {
        arm(flight.element().arrivesAt - cluster.now());
      }
      pump();
    }
  }

  private void tellIfLate(Frame frame) {
    if (cluster.now() - frame.sentAt > LATE) {
      frame.messages.forEach(cluster.liveness::late);
    }
  }

  private void heard() {
    speaks = true;
    silentSince = cluster.now();
    unanswered = 0;
  }

  private void connect() {
    long now = cluster.now();
    long waited = now - attemptedAt;
    boolean backsOff = waited < backoff;
    if (backsOff && (!speaks || waited < SPEAKING_BACKOFF)) {
      queue.clear();
      return;
    }
    early = backsOff;
    attemptedAt = now;
    speaks = false;
    silentSince = now;
    unanswered = 0;
    close();
    connecting = true;
    long begun = turn;
    cluster.after(connections.delay() + connections.delay(), () -> connected(begun));
  }

  private void connected(long begun) {
    if (turn != begun) {
      return;
    }
    SimNode peer = cluster.nodes.get(to);
    if (!network.reaches(from, to) || !network.reaches(to, from)) {
      cluster.after(CONNECT_TIMEOUT, () -> failed(begun));
    } else if (peer == null || !peer.up()) {
      failed(begun);
    } else if (!peer.running()) {
      cluster.after(random.nextLong(ANSWER_TIMEOUT), () -> answered(begun, peer));
    } else {
      answered(begun, peer);
    }
  }

  private void answered(long begun, SimNode peer) {
    if (turn == begun && peer.running()) {
      connecting = false;
      open = peer.life();
      lastArrival = cluster.now();
      pump();
    } else {
      failed(begun);
    }
  }

  private void failed(long begun) {
    if (turn == begun) {
      close();
      queue.clear();
      backoff = Math.min(2 * backoff, MAX_BACKOFF);
      attemptedAt = cluster.now();
      if (!early) {
        tellDown();
      }
    }
  }

  private void close() {
    turn++;
    open = null;
    connecting = false;
    blocked = false;
    armed = false;
    flight.forEach(
        frame -> frame.messages.forEach(m -> cluster.witness.dropped(m, "connection broke")));
    flight.clear();
    inFlight = 0;
    resend = MIN_RESEND;
  }

  /** The connection breaks, and who has made it learns of that. */
  void reset() {
    if (open != null) {
      boolean writing = blocked;
      close();
      if (writing) {
        queue.clear();
        attemptedAt = cluster.now();
      }
      tellDown();
      pump();
    }
  }

  private void tellDown() {
    cluster.liveness.broke(from, to);
    SimNode sends = cluster.nodes.get(from);
    if (sends != null) {
      sends.peerDown(to);
    }
  }

  /** The peer's process is gone: its machine says so, if that gets through. */
  void peerEnded() {
    long now = turn;
    cluster.after(
        connections.delay(),
        () -> {
          if (turn == now && network.reaches(to, from)) {
            reset();
          }
        });
  }

  /** The process that sent is gone; some of what it wrote may still arrive. */
  void ended() {
    int arrive = random.nextInt(flight.size() + 1);
    for (int i = 0; i < arrive; i++) {
      Frame frame = flight.remove();
      leftUntil = frame.arrivesAt - leftUntil > 0 ? frame.arrivesAt : leftUntil;
      long delay = frame.arrivesAt - cluster.now();
      cluster.after(delay, () -> tellIfLate(frame));
      frame.messages.forEach(m -> network.deliver(m, delay));
    }
    close();
    queue.clear();
    backoff = MIN_BACKOFF;
    attemptedAt = cluster.now() - MAX_BACKOFF;
    speaks = false;
    unanswered = 0;
  }

  /** A peer that is spoken to and says nothing is given up, now and then. */
  void checkSilence() {
    boolean spokenTo = blocked || unanswered > MAX_UNANSWERED;
    SimNode sends = cluster.nodes.get(from);
    if (sends == null || !sends.running() || !spokenTo) {
      return;
    }
    if (cluster.now() - silentSince > SILENCE) {
      silentSince = cluster.now();
      unanswered = 0;
      queue.clear();
      early = false;
      if (connecting || blocked) {
        failed(turn);
      } else {
        close();
      }
    }
  }
}
