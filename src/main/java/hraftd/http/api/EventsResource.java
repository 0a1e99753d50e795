package hraftd.http.api;

import hraftd.events.EventHub;
import hraftd.events.EventSubscription;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.ResponseStream;
import hraftd.http.Route;
import hraftd.http.StreamOutput;
import hraftd.http.StreamingReply;
import hraftd.kv.Token;
import hraftd.security.Caller;
import hraftd.security.WallClock;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to this node and the others, as it happens or kept: {@code GET /events}. */
public final class EventsResource {

  private static final Logger LOG = LoggerFactory.getLogger(EventsResource.class);

  private static final String OWN = "own";
  private static final String DOWNLOAD = "download";

  /** Each has a thread, and takes all of the past. */
  private static final int MAX_DOWNLOADS = 2;

  private static final int BUFFER_BYTES = 64 << 10;

  private final EventHub events;
  private final boolean observed;
  private final Supplier<Store> stores;
  private final Semaphore downloads = new Semaphore(MAX_DOWNLOADS);

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
        Route.of(
                "GET",
                "/events",
                Route.Needs.ADMIN,
                Route.Body.NONE,
                Set.of(200, 501),
                this::events)
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
            body -> events.open(own, node, new ReaderSink(body, token, stores)))
        // nginx keeps what it has not been told to pass on at once.
        .header("X-Accel-Buffering", "no");
  }

  /** Where nobody is asked who they are, members cannot be told from others. */
  private static boolean mayBeNode(Caller caller) {
    return caller.hasSecret() || caller == Caller.EVERYBODY;
  }

  /**
   * One connection.
   *
   * @param stream its answer's body
   * @param token what was shown for it; null: none, or nothing that can be taken back
   */
  private record ReaderSink(ResponseStream stream, @Nullable Token token, Supplier<Store> stores)
      implements EventSubscription.Sink {

    /** Who may no longer see what happens is told nothing of it. */
    @Override
    public void write(byte[] batch, Consumer<@Nullable Throwable> done) {
      if (token != null && !isWorthAsMuch(token)) {
        stream.cut();
        done.accept(new ClosedChannelException());
        return;
      }
      stream.write(batch, done);
    }

    private boolean isWorthAsMuch(Token shown) {
      try {
        return stores.get().isWorthAsMuch(shown, WallClock.millis());
      } catch (Problem notServing) {
        return false;
      }
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

  private Reply download(Request request) {
    boolean head = request.method().equals("HEAD");
    if (!head && !downloads.tryAcquire()) {
      throw new Problem(
          Code.OVERLOADED, "this node sends its events to " + MAX_DOWNLOADS + " already");
    }
    return new StreamingReply("application/x-ndjson", this::send)
        .header("Content-Disposition", "attachment; filename=\"events.ndjson\"");
  }

  private void send(ResponseStream stream) {
    Thread sender = new Thread(() -> write(stream), "hraftd-events-download");
    sender.setDaemon(true);
    try {
      sender.start();
    } catch (OutOfMemoryError e) {
      downloads.release();
      throw e;
    }
  }

  private void write(ResponseStream stream) {
    boolean whole = false;
    try {
      OutputStream out = new BufferedOutputStream(new StreamOutput(stream), BUFFER_BYTES);
      events.writeTo(out);
      out.flush();
      whole = true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("events: broken off: {}", e.toString());
    } finally {
      downloads.release();
      if (whole) {
        stream.end();
      } else {
        stream.cut();
      }
    }
  }
}
