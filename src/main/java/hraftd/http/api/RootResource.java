package hraftd.http.api;

import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What somebody gets who only knows the address: a browser the pages, others what there is. */
public final class RootResource {

  private static final String PAGES = "/ui/";

  private static final String TEXT =
      """
      hraftd, a replicated key-value store.

      GET    /ui/           the cluster, to look at with a browser
      GET    /key/<key>     read a key; PUT writes it, DELETE deletes it
      GET    /key?prefix=   list keys; POST writes several
      POST   /txn           conditions and operations in one step
      GET    /watch         changes as they happen
      GET    /events        what happens in the cluster, as it happens
      GET    /status        this node and its cluster; /readyz, /livez, /metrics
      GET    /openapi.yaml  all of it
      """;

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.of("GET", "/", Route.Needs.NOTHING, Route.Body.NONE, Set.of(200, 302), this::root)
            .withHeaders("Accept"),
        // Its links are those of a directory.
        Route.of(
            "GET",
            "/ui",
            Route.Needs.NOTHING,
            Route.Body.NONE,
            Set.of(302),
            request -> CompletableFuture.completedFuture(pages())));
  }

  private CompletionStage<Reply> root(Request request) {
    String accept = request.header("Accept");
    boolean browser = accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    Reply reply = browser ? pages() : Reply.text(200, TEXT);
    return CompletableFuture.completedFuture(reply.header("Vary", "Accept"));
  }

  private static Reply pages() {
    return Reply.empty(302).header("Location", PAGES);
  }
}
