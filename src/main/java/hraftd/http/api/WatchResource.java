package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.http.StreamingReply;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Right;
import hraftd.watch.CompactedException;
import hraftd.watch.Filter;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Changes as they happen: {@code GET /watch}. */
final class WatchResource {

  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final HeldWatches held;
  private final Executor executor;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param executor runs the answer if the revision has to be waited for
   */
  WatchResource(Supplier<Store> stores, Executor executor) {
    this.held = new HeldWatches(stores, executor);
    this.executor = executor;
  }

  List<Route> routes() {
    return List.of(
        Route.of(
                "GET",
                "/watch",
                Route.Needs.ITS_KEYS,
                Route.Body.NONE,
                Set.of(200, 410, 413, 504),
                this::watch)
            .withParams("prefix", "key", "from", Reads.INCOMPLETE)
            .withHeaders(LAST_EVENT_ID, "Accept"));
  }

  private CompletionStage<Reply> watch(Request request) {
    Filter filter = filter(request.params());
    EventId from = from(request);
    if (filter.exact()) {
      Allowed.read(request, filter.key());
    } else {
      Allowed.all(request, Right.READ, filter.key());
    }
    return held.serve(request, store -> watch(request, store, filter, from));
  }

  private CompletableFuture<Reply> watch(
      Request request, Store store, Filter filter, @Nullable EventId from) {
    if (store.watchers().full()) {
      throw new Problem(Code.OVERLOADED, "this node has too many watchers");
    }
    if (from == null || from.revision() <= store.state().view().revision()) {
      return CompletableFuture.completedFuture(stream(request, store, filter, from));
    }
    // Either this copy is behind, or there is no such revision: whoever leads knows.
    return store
        .consensus()
        .readBarrier(request.deadline())
        .handleAsync(
            (done, failure) -> {
              Problem.rethrow(failure);
              return stream(request, store, filter, from);
            },
            executor);
  }

  private static Reply stream(Request request, Store store, Filter filter, @Nullable EventId from) {
    KvView view = store.state().view();
    boolean all = from != null && from.revision() == 0;
    long after = from == null || all ? view.revision() : from.revision();
    if (from != null && !from.isOf(store.clusterId())) {
      throw unknown("the id is of another cluster", store, view);
    }
    if (after > view.revision()) {
      throw unknown("there is no revision " + after + " yet", store, view);
    }
    try {
      // Refused here, while the answer can still be an error.
      store.history().position(after);
    } catch (CompactedException e) {
      throw compacted(String.valueOf(e.getMessage()), e.oldest(), view);
    }
    EventFormat format = new EventFormat(store.clusterId());
    return new StreamingReply(
            "text/event-stream",
            stream -> {
              HeldStream sink = new HeldStream(stream, request.caller().token(), () -> store);
              try {
                if (all) {
                  store.watchers().watchFrom(view, filter, format, sink);
                } else {
                  store.watchers().watchAfter(after, filter, format, sink);
                }
              } catch (CompactedException e) {
                // The history has moved on in between: as with a watcher that is too slow.
                sink.write(
                    format.reset(after),
                    failure -> {
                      if (failure == null) {
                        sink.end();
                      } else {
                        sink.cut();
                      }
                    });
              }
            })
        .header(Writes.REVISION, Long.toString(view.revision()))
        // nginx keeps what it has not been told to pass on at once.
        .header("X-Accel-Buffering", "no");
  }

  /** What the client has seen is not this store's: it has to begin anew, as if it came too late. */
  private static Problem unknown(String why, Store store, KvView view) {
    String detail = why + ": begin anew, the store is at " + view.revision();
    return compacted(detail, store.history().oldestRevision(), view);
  }

  private static Problem compacted(String detail, long oldest, KvView view) {
    return new Problem(Code.COMPACTED, detail)
        .with("revision", view.revision())
        .with("oldest", oldest)
        .header(Writes.REVISION, Long.toString(view.revision()));
  }

  private static Filter filter(Params params) {
    byte[] key = params.bytes("key");
    byte[] prefix = params.bytes("prefix");
    if (key != null && prefix != null) {
      throw Problem.badRequest("give 'key' or 'prefix', not both");
    }
    if (key != null) {
      return new Filter(Limits.key(key, "'key'"), /* exact= */ true);
    }
    Key start = Limits.prefix(prefix == null ? new byte[0] : prefix);
    return new Filter(start, /* exact= */ false);
  }

  /**
   * Where to go on; null if nothing is said. A client that reconnects by itself repeats its first
   * request, so the header goes first.
   */
  private static @Nullable EventId from(Request request) {
    OptionalLong from = request.params().number("from", 0, Long.MAX_VALUE);
    String last = request.header(LAST_EVENT_ID);
    if (last != null && !last.isBlank()) {
      return EventId.parse(last.trim(), LAST_EVENT_ID);
    }
    return from.isPresent() ? new EventId(from.getAsLong(), null) : null;
  }
}
