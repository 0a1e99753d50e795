package hraftd.http.api;

import static hraftd.http.api.ClusterProblems.asking;
import static hraftd.http.api.ClusterProblems.reply;

import hraftd.cluster.Cluster;
import hraftd.cluster.ClusterBodies;
import hraftd.cluster.ClusterJson;
import hraftd.cluster.Description;
import hraftd.cluster.FormRequest;
import hraftd.cluster.Moved;
import hraftd.cluster.Removal;
import hraftd.cluster.Reservation;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.raft.MemberId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What nodes ask each other below {@code /cluster}; no part of the API for users. */
public final class PeerResource {

  private static final Set<Integer> STATUSES = Set.of(200, 404, 409, 413, 504);

  private final Cluster cluster;

  /** The resource of a node. */
  public PeerResource(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.of(
            "GET", "/cluster/self", Route.Needs.SECRET, Route.Body.NONE, Set.of(200), this::self),
        Route.of(
            "POST",
            "/cluster/prepare",
            Route.Needs.SECRET,
            Route.Body.WHOLE,
            STATUSES,
            this::prepare),
        Route.of(
            "POST", "/cluster/form", Route.Needs.SECRET, Route.Body.WHOLE, STATUSES, this::form),
        Route.of(
            "POST", "/cluster/moved", Route.Needs.SECRET, Route.Body.WHOLE, STATUSES, this::moved),
        Route.of(
            "POST",
            "/cluster/removed",
            Route.Needs.SECRET,
            Route.Body.WHOLE,
            STATUSES,
            this::removed),
        Route.of(
            "POST", "/cluster/lead", Route.Needs.SECRET, Route.Body.WHOLE, STATUSES, this::lead));
  }

  private CompletionStage<Reply> self(Request request) {
    return CompletableFuture.completedFuture(described(cluster.describe()));
  }

  private CompletionStage<Reply> prepare(Request request) {
    Reservation asked = read(request, ClusterJson::reservation);
    return reply(cluster.reserve(asked), PeerResource::described);
  }

  private CompletionStage<Reply> form(Request request) {
    FormRequest asked = read(request, ClusterJson::formRequest);
    return reply(cluster.form(asked), PeerResource::described);
  }

  private CompletionStage<Reply> moved(Request request) {
    Moved told = read(request, ClusterJson::moved);
    return reply(
        cluster.moved(told, request.deadline()),
        members -> ClusterResource.json(ClusterJson.whereabouts(members)));
  }

  private CompletionStage<Reply> removed(Request request) {
    Removal told = read(request, ClusterJson::removal);
    return reply(cluster.removed(told), PeerResource::described);
  }

  private CompletionStage<Reply> lead(Request request) {
    Optional<MemberId> to = asking(() -> ClusterBodies.transfer(request.body()));
    return reply(cluster.handOver(to, request.deadline()), done -> described(cluster.describe()));
  }

  private static Reply described(Description description) {
    return ClusterResource.json(ClusterJson.tree(description));
  }

  private static <T> T read(Request request, Function<byte[], T> reader) {
    try {
      return reader.apply(request.body());
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }
}
