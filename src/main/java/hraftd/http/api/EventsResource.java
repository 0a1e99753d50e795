package hraftd.http.api;

import hraftd.events.EventHub;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.http.StreamingReply;
import hraftd.kv.Token;
import hraftd.security.Caller;
import hraftd.text.BoundedLog;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** What happens to this node and the others, as it happens or kept: {@code GET /events}. */
public final class EventsResource {

  private static final BoundedLog LOG =
      new BoundedLog(LoggerFactory.getLogger(EventsResource.class));

  /** Where they are told. */
  static final String PATH = "/events";

  private static final String OWN = "own";
  private static final String DOWNLOAD = "download";

  /** Each has a thread, and takes all of the past. */
  private static final int MAX_DOWNLOADS = 2;

  private final EventHub events;
  private final boolean observed;
  private final Supplier<Store> stores;
  private final Downloads downloads =
      new Downloads(
          "hraftd-events-download",
          "events",
          MAX_DOWNLOADS,
          "this node sends its events to " + MAX_DOWNLOADS + " already",
          LOG);

  /**
   * The resource of a node.
   *
   * @param observed false if its engine tells nothing
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   */
  public EventsResource(EventHub events, boolean observed, Supplier<Store> stores) {
    this.events = events;
    this.observed = observed;
    this.stores = stores;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.of("GET", PATH, Route.Needs.ADMIN, Route.Body.NONE, Set.of(200, 501), this::events)
            .withParams(OWN, DOWNLOAD)
            .withHeaders("Accept", "Last-Event-ID"));
  }

  private CompletionStage<Reply> events(Request request) {
    if (!observed) {
      throw new Problem(
          Code.NOT_SUPPORTED, "the engine of this node does not tell what happens to it");
    }
    return CompletableFuture.completedFuture(
        request.params().flag(DOWNLOAD) ? download(request) : stream(request));
  }

  private Reply stream(Request request) {
    boolean own = request.params().flag(OWN);
    boolean node = own && mayBeNode(request.caller());
    if (events.isFull(node)) {
      int most = node ? EventHub.MAX_NODES : EventHub.MAX_READERS;
      throw new Problem(Code.OVERLOADED, "this node tells its events to " + most + " already");
    }
    Token token = request.caller().token();
    return new StreamingReply(
            "text/event-stream",
            body -> events.open(own, node, new HeldStream(body, token, stores)))
        // nginx keeps what it has not been told to pass on at once.
        .header("X-Accel-Buffering", "no");
  }

  /** Where nobody is asked who they are, members cannot be told from others. */
  private static boolean mayBeNode(Caller caller) {
    return caller.hasSecret() || caller == Caller.EVERYBODY;
  }

  private Reply download(Request request) {
    boolean own = request.params().flag(OWN);
    return downloads
        .reply(request, "application/x-ndjson", own ? events::writeTo : events::writeAllTo)
        .header("Content-Disposition", "attachment; filename=\"events.ndjson\"");
  }
}
