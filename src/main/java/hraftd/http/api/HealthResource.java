package hraftd.http.api;

import hraftd.cluster.Cluster;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What supervisors and load balancers ask: is the process alive, may it get requests? */
public final class HealthResource {

  private final Cluster cluster;

  /** The resource of a node. */
  public HealthResource(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.of("GET", "/livez", Route.Needs.NOTHING, Route.Body.NONE, Set.of(200), this::live),
        Route.of("GET", "/readyz", Route.Needs.NOTHING, Route.Body.NONE, Set.of(200), this::ready));
  }

  /** A node that has failed ends its process: one that answers is alive. */
  private CompletionStage<Reply> live(Request request) {
    return CompletableFuture.completedFuture(Reply.text(200, "alive\n"));
  }

  private CompletionStage<Reply> ready(Request request) {
    String why = cluster.notReady();
    if (why != null) {
      return CompletableFuture.completedFuture(Reply.text(503, why + "\n"));
    }
    // Reads go on, so it gets requests.
    String restriction = cluster.restriction();
    return CompletableFuture.completedFuture(
        Reply.text(200, restriction.isEmpty() ? "ready\n" : "ready, but " + restriction + "\n"));
  }
}
