package hraftd.cluster;

import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.text.BoundedLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** Stops the other nodes of a cluster; the caller stops this one once the answer is under way. */
final class Shutdown {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Shutdown.class));

  private final LocalNode local;
  private final Await await;
  private final Peers peers;

  Shutdown(LocalNode local, Peers peers) {
    this.local = local;
    await = local.await();
    this.peers = peers;
  }

  /**
   * Tells the others to stop and waits until they agree. Blocks.
   *
   * @param named the nodes to stop, this one among them; empty: every member
   */
  Stopped others(Optional<SetupRequest> named, Deadline deadline) {
    Map<String, HostPort> nodes = named.isPresent() ? named(named.get()) : members();
    Deadline soon = await.forAnAnswer(deadline);
    Map<String, CompletableFuture<Void>> told = new LinkedHashMap<>();
    nodes.forEach((id, http) -> told.put(id, tell(http, soon)));
    List<String> stopped = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    told.forEach(
        (id, answer) -> {
          try {
            await.result(answer, soon, "node " + id);
            stopped.add(id);
          } catch (ClusterException e) {
            failed.add(id);
          }
        });
    if (!failed.isEmpty()) {
      LOG.warn("{} nodes could not be told to stop, {} among them", failed.size(), failed.get(0));
    }
    return new Stopped(stopped, failed);
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private CompletableFuture<Void> tell(HostPort http, Deadline deadline) {
    return http.equals(local.place().http())
        ? CompletableFuture.completedFuture(null)
        : peers
            .describe(http, deadline)
            .thenCompose(
                node ->
                    isOfAnotherCluster(node)
                        ? CompletableFuture.failedFuture(
                            ClusterException.conflict(http + " is of another cluster"))
                        : peers.stop(http, /* all= */ true, deadline));
  }

  /** A member may have been recovered as a cluster of its own: it is none of ours any more. */
  private boolean isOfAnotherCluster(Description node) {
    ClusterRecord record = local.record();
    return record != null
        && node.clusterId() != null
        && !node.clusterId().equals(record.clusterId());
  }

  /** This node's id for people. */
  String ownId() {
    ClusterRecord record = local.record();
    return record == null ? local.place().name() : record.self().id();
  }

  /** The members' HTTP addresses by id; this node's as it is bound. */
  private Map<String, HostPort> members() {
    Map<String, HostPort> nodes = new LinkedHashMap<>();
    ClusterRecord record = local.record();
    if (record != null) {
      record.newest().members().forEach(m -> nodes.put(m.id(), m.http()));
    }
    nodes.put(ownId(), local.place().http());
    return nodes;
  }

  private Map<String, HostPort> named(SetupRequest request) {
    Map<String, HostPort> nodes = new LinkedHashMap<>();
    ClusterRecord record = local.record();
    String own = null;
    for (Named node : request.nodes()) {
      nodes.put(node.id().text(), node.http());
      boolean isOwn =
          record != null
              ? record.self().id().equals(node.id().text())
              : local.place().matchHttp(node.http()) == Addresses.Match.OWN;
      own = isOwn ? node.id().text() : own;
    }
    if (own == null) {
      throw ClusterException.badRequest(
          "this node ('" + local.place().name() + "') is not among the nodes named");
    }
    nodes.put(own, local.place().http());
    return nodes;
  }
}
