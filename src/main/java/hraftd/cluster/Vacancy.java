package hraftd.cluster;

import hraftd.raft.HostPort;
import hraftd.text.BoundedLog;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The promise of a node without a cluster to stay free for one, given only if it is the node that
 * is meant. Not thread-safe, but for the checks of who is meant and where: they may look names up.
 */
final class Vacancy {

  /** For what requests say. */
  private static final BoundedLog FOREIGN = new BoundedLog(LoggerFactory.getLogger(Vacancy.class));

  /** How long a setup or join may take between its two rounds before another may begin. */
  static final Duration RESERVED_FOR = Duration.ofSeconds(10);

  private final long incarnation;
  private final Endpoints place;
  private final LongSupplier nanoTime;

  private @Nullable String reservedFor;
  private long reservedUntil;

  /**
   * Of the node with this incarnation.
   *
   * @param nanoTime by which a promise ends
   */
  Vacancy(long incarnation, Endpoints place, LongSupplier nanoTime) {
    this.incarnation = incarnation;
    this.place = place;
    this.nanoTime = nanoTime;
  }

  /**
   * Checks that this node is meant.
   *
   * @throws ClusterException if another one is, or it is not where it is named
   */
  void requireMeant(Reservation request) {
    if (request.incarnation() != incarnation) {
      throw ClusterException.conflict(
          "the node at " + request.http() + " was replaced by another one just now: try again");
    }
    requireAddresses(request);
  }

  /**
   * Promises a cluster to stay free for it, for {@link #RESERVED_FOR}. Who is meant was checked.
   *
   * @throws ClusterException if another one was promised that
   */
  void reserve(Reservation request) {
    if (reservedFor != null
        && !reservedFor.equals(request.clusterId())
        && nanoTime.getAsLong() - reservedUntil < 0) {
      throw ClusterException.conflict(
          "another setup or join is under way at "
              + request.http()
              + ": try again in some seconds");
    }
    reservedFor = request.clusterId();
    reservedUntil = nanoTime.getAsLong() + RESERVED_FOR.toNanos();
  }

  /**
   * Checks that the addresses named are this node's, as far as it can tell.
   *
   * @throws ClusterException if they are not
   */
  void requireAddresses(Reservation request) {
    check(place.matchHttp(request.http()), request.http(), place.http(), "HTTP", "-haddr");
    check(place.matchRaft(request.raft()), request.raft(), place.raft(), "Raft", "-raddr");
  }

  private void check(
      Addresses.Match match, HostPort named, HostPort bound, String what, String flag) {
    switch (match) {
      case OWN -> {}
      case OTHER ->
          throw ClusterException.badRequest(
              "node '"
                  + place.name()
                  + "' is named with the "
                  + what
                  + " address "
                  + named
                  + ", but it listens on "
                  + bound
                  + " ("
                  + flag
                  + ")");
      case ELSEWHERE ->
          FOREIGN.warn(
              "{} address {} is not of this machine, which listens on {}: translated on the way?",
              what,
              named,
              bound);
    }
  }

  /**
   * Checks that this node is the one to found or join, and was asked before.
   *
   * @throws ClusterException if not
   */
  void requirePromised(FormRequest request) {
    if (request.self().incarnation() != incarnation) {
      throw ClusterException.conflict("this node is not the one that was asked");
    }
    if (!request.clusterId().equals(reservedFor)) {
      throw ClusterException.conflict("this node is not kept free for this cluster: try again");
    }
  }
}
