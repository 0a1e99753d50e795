package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.io.Closeable;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections that other nodes have opened to this one: one of each node, which a newer one
 * takes the place of. A newer one has to prove itself first, as anybody can greet with a member's
 * name: only its {@link Frame#opening} makes it count. For any thread.
 */
final class IncomingConnections implements Closeable {

  /**
   * Connections of nodes that this one does not know as members (it is about to join them, or they
   * do not know yet that they were removed); with more the oldest is closed.
   */
  static final int MAX_STRANGERS = 16;

  /**
   * Connections over which no frame has come yet; with more the oldest is closed. As many greetings
   * have to come in the time that a node's opening needs to shut that node out.
   */
  static final int MAX_UNPROVEN = 64;

  /** A node whose connection counts keeps it for so long: more often nobody has to reconnect. */
  static final Duration TENURE = Duration.ofSeconds(1);

  /** A process that was heard so long ago runs: Raft's members have more to say to a leader. */
  static final Duration ALIVE = Duration.ofSeconds(2);

  private record Place(PeerConnection connection, long since) {}

  private final Predicate<NodeId> isMember;

  /** The connection of each node that counts, the oldest first. */
  private final Map<NodeId, Place> places = new LinkedHashMap<>();

  private final Set<PeerConnection> unproven = new LinkedHashSet<>();
  private boolean closed;

  /** None yet; {@code isMember} tells members from strangers, and is asked on any thread. */
  IncomingConnections(Predicate<NodeId> isMember) {
    this.isMember = isMember;
  }

  /** Takes one that was admitted. */
  synchronized void add(PeerConnection connection) {
    unproven.add(connection);
    if (unproven.size() > MAX_UNPROVEN) {
      Iterator<PeerConnection> oldestFirst = unproven.iterator();
      PeerConnection oldest = oldestFirst.next();
      oldestFirst.remove();
      oldest.close();
      notifyAll();
    }
  }

  /**
   * Makes it the one that counts, if it is not yet: its opening has come over it. Waits while the
   * one that counts has not had its {@link #TENURE}.
   *
   * @return false if it was closed meanwhile: what has come over it is void
   */
  synchronized boolean prove(PeerConnection connection) throws InterruptedException {
    while (unproven.contains(connection) && connection.isOpen() && !closed) {
      Place before = places.get(connection.peer());
      long wait = before == null ? 0 : TENURE.toNanos() - (System.nanoTime() - before.since);
      if (before == null || wait <= 0 || !before.connection.isOpen()) {
        unproven.remove(connection);
        if (places.remove(connection.peer()) != null && before != null) {
          before.connection.close();
        }
        if (!isMember.test(connection.peer())) {
          makeRoomForAStranger();
        }
        places.put(connection.peer(), new Place(connection, System.nanoTime()));
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, wait);
      }
    }
    return connection.isOpen();
  }

  private void makeRoomForAStranger() {
    int strangers = 0;
    for (NodeId node : places.keySet()) {
      strangers += isMember.test(node) ? 0 : 1;
    }
    for (Iterator<Place> i = places.values().iterator();
        strangers >= MAX_STRANGERS && i.hasNext(); ) {
      Place oldest = i.next();
      if (!isMember.test(oldest.connection.peer())) {
        i.remove();
        oldest.connection.close();
        strangers--;
      }
    }
  }

  /** Forgets one that is closed. */
  synchronized void remove(PeerConnection connection) {
    unproven.remove(connection);
    Place place = places.get(connection.peer());
    if (place != null && place.connection == connection) {
      places.remove(connection.peer());
    }
    notifyAll();
  }

  /** The one of this node that counts; null if there is none. */
  synchronized @Nullable PeerConnection of(NodeId node) {
    Place place = places.get(node);
    return place == null ? null : place.connection;
  }

  /** The one that counts, if it is of another process that is the same node, older and alive. */
  synchronized @Nullable PeerConnection elder(NodeId node, Claim claim) {
    PeerConnection counts = of(node);
    return counts != null
            && counts.isOpen()
            && counts.wasHeardWithin(ALIVE)
            && counts.isElderOf(claim)
        ? counts
        : null;
  }

  /** Nobody waits to count any more. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
