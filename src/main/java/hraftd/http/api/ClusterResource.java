package hraftd.http.api;

import static hraftd.http.api.ClusterProblems.asking;
import static hraftd.http.api.ClusterProblems.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.cluster.Cluster;
import hraftd.cluster.ClusterBodies;
import hraftd.cluster.ClusterJson;
import hraftd.cluster.JoinRequest;
import hraftd.cluster.SetupRequest;
import hraftd.cluster.Stopped;
import hraftd.http.Json;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.raft.MemberId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The cluster as users see and change it: setup, shutdown, join, remove, transfer, status. */
public final class ClusterResource {

  /** On a request that another node hands to the one that has to answer it. */
  static final String FORWARDED = "forwarded";

  private static final Set<Integer> CHANGES = Set.of(200, 409, 413, 504, 507);

  private static final Set<Integer> CHANGES_OF_MEMBERS = Set.of(200, 404, 409, 413, 501, 504, 507);

  private static final Set<Integer> CHANGE_OF_LEADER = Set.of(200, 404, 409, 413, 501, 504);

  private final Cluster cluster;
  private final Consumer<Boolean> stop;

  /**
   * The resource of a node.
   *
   * @param stop begins to stop this process and returns at once; requests in flight, the one that
   *     calls it among them, are still answered. True if all nodes stop: then handing over is of no
   *     use
   */
  public ClusterResource(Cluster cluster, Consumer<Boolean> stop) {
    this.cluster = cluster;
    this.stop = stop;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.of("POST", "/setup", Route.Needs.ADMIN, Route.Body.WHOLE, CHANGES, this::setup)
            .withParams(FORWARDED),
        Route.of(
                "POST",
                "/shutdown",
                Route.Needs.ADMIN,
                Route.Body.WHOLE,
                Set.of(200, 413),
                this::shutdown)
            .withParams("self", "all"),
        Route.of(
                "POST",
                "/join",
                Route.Needs.ADMIN,
                Route.Body.WHOLE,
                CHANGES_OF_MEMBERS,
                this::join)
            .withParams(FORWARDED),
        Route.of(
                "POST",
                "/remove",
                Route.Needs.ADMIN,
                Route.Body.WHOLE,
                CHANGES_OF_MEMBERS,
                this::remove)
            .withParams(FORWARDED),
        Route.of(
            "POST",
            "/transfer",
            Route.Needs.ADMIN,
            Route.Body.WHOLE,
            CHANGE_OF_LEADER,
            this::transfer),
        Route.of(
            "GET", "/status", Route.Needs.A_TOKEN, Route.Body.NONE, Set.of(200), this::status));
  }

  static Reply json(JsonNode tree) {
    return Reply.json(json -> Json.MAPPER.writeTree(json, tree));
  }

  private CompletionStage<Reply> setup(Request request) {
    SetupRequest asked = asking(() -> ClusterBodies.setup(request.body()));
    return reply(
        cluster.setup(asked, request.params().flag(FORWARDED), request.deadline()),
        formed -> json(ClusterJson.tree(formed)));
  }

  private CompletionStage<Reply> join(Request request) {
    JoinRequest asked = asking(() -> ClusterBodies.join(request.body()));
    return reply(
        cluster.join(asked, request.params().flag(FORWARDED), request.deadline()),
        members -> json(ClusterJson.tree(members)));
  }

  private CompletionStage<Reply> remove(Request request) {
    MemberId id = asking(() -> ClusterBodies.remove(request.body()));
    return reply(
        cluster.remove(id, request.params().flag(FORWARDED), request.deadline()),
        members -> json(ClusterJson.tree(members)));
  }

  private CompletionStage<Reply> transfer(Request request) {
    Optional<MemberId> to = asking(() -> ClusterBodies.transfer(request.body()));
    return reply(
        cluster.transfer(to, request.deadline()),
        now -> {
          ObjectNode answer = Json.MAPPER.createObjectNode();
          answer.set("leader", ClusterJson.person(now.leader()));
          return json(answer.put("term", now.term()));
        });
  }

  private CompletionStage<Reply> shutdown(Request request) {
    if (request.params().flag("self")) {
      stop.accept(request.params().flag("all"));
      return CompletableFuture.completedFuture(
          json(ClusterJson.tree(new Stopped(List.of(cluster.ownId()), List.of()))));
    }
    Optional<SetupRequest> named = asking(() -> ClusterBodies.shutdown(request.body()));
    return reply(
        cluster.stopOthers(named, request.deadline()),
        stopped -> {
          stop.accept(true);
          return json(ClusterJson.tree(stopped));
        });
  }

  private CompletionStage<Reply> status(Request request) {
    return CompletableFuture.completedFuture(json(cluster.status()));
  }
}
