package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.ResponseStream;
import hraftd.http.Route;
import hraftd.http.StreamingReply;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.watch.CompactedException;
import hraftd.watch.Filter;
import hraftd.watch.Watcher;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Changes as they happen: {@code GET /watch}. */
final class WatchResource {

  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private static final EventFormat FORMAT = new EventFormat();

  private final Supplier<Store> stores;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   */
  WatchResource(Supplier<Store> stores) {
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/watch", Route.Body.NONE, Set.of(200, 410, 413), this::watch)
            .withParams("prefix", "key", "from")
            .withHeaders(LAST_EVENT_ID));
  }

  private CompletionStage<Reply> watch(Request request) {
    Filter filter = filter(request.params());
    OptionalLong from = from(request);
    Store store = stores.get();
    if (store.watchers().full()) {
      throw new Problem(Code.OVERLOADED, "this node has too many watchers");
    }
    KvView view = store.state().view();
    boolean all = from.isPresent() && from.getAsLong() == 0;
    long after = all ? view.revision() : from.orElse(view.revision());
    try {
      // Refused here, while the answer can still be an error.
      store.history().position(after);
    } catch (CompactedException e) {
      throw compacted(e, view);
    }
    Reply reply =
        new StreamingReply(
                "text/event-stream",
                stream -> {
                  EventSink sink = new EventSink(stream);
                  try {
                    if (all) {
                      store.watchers().watchFrom(view, filter, FORMAT, sink);
                    } else {
                      store.watchers().watchAfter(after, filter, FORMAT, sink);
                    }
                  } catch (CompactedException e) {
                    // The history has moved on in between: as with a watcher that is too slow.
                    sink.cut();
                  }
                })
            .header(Writes.REVISION, Long.toString(view.revision()))
            // nginx keeps what it has not been told to pass on at once.
            .header("X-Accel-Buffering", "no");
    return CompletableFuture.completedFuture(reply);
  }

  private static Problem compacted(CompactedException e, KvView view) {
    return new Problem(Code.COMPACTED, String.valueOf(e.getMessage()))
        .with("oldest", e.oldest())
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

  /** A client that reconnects by itself repeats its first request, so the header goes first. */
  private static OptionalLong from(Request request) {
    OptionalLong from = request.params().number("from", 0, Long.MAX_VALUE);
    String last = request.header(LAST_EVENT_ID);
    if (last == null || last.isBlank()) {
      return from;
    }
    try {
      long id = Long.parseLong(last.trim());
      if (id >= 0) {
        return OptionalLong.of(id);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Problem.badRequest("'" + LAST_EVENT_ID + "' is not an id of this stream");
  }

  /**
   * One connection.
   *
   * @param stream its answer's body
   */
  private record EventSink(ResponseStream stream) implements Watcher.Sink {

    @Override
    public void write(byte[] batch, Consumer<@Nullable Throwable> written) {
      stream.write(batch, written);
    }

    @Override
    public void end() {
      stream.end();
    }

    @Override
    public void cut() {
      stream.cut();
    }
  }
}
