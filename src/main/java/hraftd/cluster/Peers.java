package hraftd.cluster;

import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What this node asks of other nodes, each by its HTTP address. No method blocks; any thread may
 * call. Every future ends by its deadline, with an answer or a {@link ClusterException}: the other
 * node's own, {@code UNREACHABLE} if no hraftd node answers there (nothing happened), {@code
 * TIMEOUT} if the request was sent and no answer came.
 */
public interface Peers {

  /** Who the node is. */
  CompletableFuture<Description> describe(HostPort http, Deadline deadline);

  /** See {@link LocalNode#reserve}. */
  CompletableFuture<Void> reserve(HostPort http, Reservation reservation, Deadline deadline);

  /** See {@link LocalNode#form}. */
  CompletableFuture<Void> form(HostPort http, FormRequest request, Deadline deadline);

  /** Hands a request for setup to the node that is to lead. */
  CompletableFuture<Formed> setup(HostPort http, SetupRequest request, Deadline deadline);

  /**
   * Sends a request to join.
   *
   * @param toLeader true if it is handed to the leader, which answers itself or refuses; false if
   *     any node is asked, which hands it on
   */
  CompletableFuture<Membership> join(
      HostPort http, JoinRequest request, boolean toLeader, Deadline deadline);

  /** Hands a request to remove to the leader, which answers itself or refuses. */
  CompletableFuture<Membership> remove(HostPort http, MemberId id, Deadline deadline);

  /**
   * Asks the leader to let another member lead.
   *
   * @param to which; empty: the one that is most fit to
   */
  CompletableFuture<Void> handOver(HostPort http, Optional<MemberId> to, Deadline deadline);

  /**
   * Tells a node where this one is now.
   *
   * @return the members and where they are, as far as the other node knows
   */
  CompletableFuture<Membership> moved(HostPort http, Moved moved, Deadline deadline);

  /** Tells a node that it was removed. */
  CompletableFuture<Void> removed(HostPort http, Removal removal, Deadline deadline);

  /**
   * Tells a node to stop its process.
   *
   * @param all true if the others are told as well, so that handing over makes no sense
   */
  CompletableFuture<Void> stop(HostPort http, boolean all, Deadline deadline);
}
