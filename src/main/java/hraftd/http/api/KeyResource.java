package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Code;
import hraftd.http.Json;
import hraftd.http.Percent;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Single keys, and writing several at once: {@code /key/{key}} and {@code POST /key}. */
final class KeyResource {

  private static final Set<Integer> READ_STATUSES = Set.of(200, 304, 404, 406, 412, 413, 501, 504);
  private static final Set<Integer> WRITE_STATUSES = Set.of(200, 409, 412, 413, 501, 504, 507);

  private final Supplier<Store> stores;
  private final Executor writeLane;
  private final LongPolls polls;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param writeLane runs short continuations of writes
   * @param readLanes the same of reads
   */
  KeyResource(Supplier<Store> stores, Executor writeLane, Executor readLanes) {
    this.stores = stores;
    this.writeLane = writeLane;
    this.polls = new LongPolls(stores, readLanes);
  }

  List<Route> routes() {
    return List.of(
        Route.of("POST", "/key", Route.Needs.ITS_KEYS, Route.Body.WHOLE, WRITE_STATUSES, this::post)
            .withParams("ttl", Request.EXPLAIN)
            .withHeaders(Writes.IDEMPOTENCY_KEY, Conditions.IF_MATCH, Conditions.IF_NONE_MATCH),
        Route.of(
                "GET",
                "/key/{key}",
                Route.Needs.ITS_KEYS,
                Route.Body.NONE,
                READ_STATUSES,
                this::get)
            .withParams(
                "raw", "level", "min_revision", Reads.INCOMPLETE, LongPolls.WAIT, Request.EXPLAIN)
            .withHeaders("Accept", Conditions.IF_MATCH, Conditions.IF_NONE_MATCH),
        Route.of(
                "PUT",
                "/key/{key}",
                Route.Needs.ITS_KEYS,
                Route.Body.WHOLE,
                WRITE_STATUSES,
                this::put)
            .withParams("ttl", Request.EXPLAIN)
            .withHeaders(Writes.IDEMPOTENCY_KEY, Conditions.IF_MATCH, Conditions.IF_NONE_MATCH),
        Route.of(
                "DELETE",
                "/key/{key}",
                Route.Needs.ITS_KEYS,
                Route.Body.NONE,
                Set.of(200, 409, 412, 413, 501, 504),
                this::delete)
            .withParams(Request.EXPLAIN)
            .withHeaders(Writes.IDEMPOTENCY_KEY, Conditions.IF_MATCH, Conditions.IF_NONE_MATCH));
  }

  private CompletionStage<Reply> post(Request request) {
    List<Pair> pairs = PairsParser.parse(request.body(), Ttl.millis(request));
    if (pairs.size() > 1) {
      Conditions.refuse(request, "for several use POST /txn");
    }
    Allowed.write(request, pairs);
    Guard guard = Conditions.guard(request);
    return Writes.write(
        stores.get(), request, new Command.Put(pairs, guard), writeLane, KeyResource::written);
  }

  private CompletionStage<Reply> put(Request request) {
    byte[] value = Limits.value(request.body(), "the body");
    Pair pair = new Pair(Limits.key(request), value, Ttl.millis(request));
    Allowed.write(request, pair.key());
    Command command = new Command.Put(List.of(pair), Conditions.guard(request));
    return Writes.write(
        stores.get(),
        request,
        command,
        writeLane,
        outcome -> written(outcome).header("ETag", Conditions.etag(outcome.revision())));
  }

  private CompletionStage<Reply> delete(Request request) {
    Key key = Limits.key(request);
    Allowed.write(request, key);
    Command command = new Command.Delete(key, Conditions.guard(request));
    return Writes.write(stores.get(), request, command, writeLane, KeyResource::deleted);
  }

  private static Reply written(Outcome outcome) {
    return Reply.json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("revision", outcome.revision());
          json.writeEndObject();
        });
  }

  static Reply deleted(Outcome outcome) {
    long count = ((Outcome.Deleted) outcome).count();
    return Reply.json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("deleted", count);
          json.writeNumberField("revision", outcome.revision());
          json.writeEndObject();
        });
  }

  private CompletionStage<Reply> get(Request request) {
    Key key = Limits.key(request);
    Allowed.read(request, key);
    boolean raw = request.params().flag("raw");
    AcceptedForm accepted = raw ? AcceptedForm.JSON : AcceptedForm.of(request.header("Accept"));
    Duration wait = LongPolls.wait(request);
    Store store = stores.get();
    if (request.trace() != null && (raw || accepted.bytes() || !wait.isZero())) {
      throw Problem.badRequest(
          "'explain' answers with JSON, at once: leave out 'raw', 'wait' and octet-stream");
    }
    Explained.require(store, request);
    return Explained.answer(request, get(store, request, key, raw, accepted, wait));
  }

  private CompletableFuture<Reply> get(
      Store store, Request request, Key key, boolean raw, AcceptedForm accepted, Duration wait) {
    return polls.read(
        store,
        request,
        wait,
        key,
        view -> {
          Item item = view.get(key);
          String revision = Long.toString(view.revision());
          if (item == null) {
            throw Problem.notFound("the key does not exist").header(Writes.REVISION, revision);
          }
          Reply reply = raw ? raw(request, item) : negotiated(request, item, accepted, revision);
          reply.header(Writes.REVISION, revision);
          if (item.expiresAt() != 0) {
            reply.header("X-Hraftd-Ttl", Ttl.remaining(item, Ttl.clock(store, view)));
          }
          return reply;
        });
  }

  /** Under ?raw, where there is one form alone. */
  private static Reply raw(Request request, Item item) {
    return form(request, item, Conditions.etag(item.version()), /* bytes= */ true);
  }

  /** In the form that the client prefers. */
  private static Reply negotiated(
      Request request, Item item, AcceptedForm accepted, String revision) {
    boolean text = accepted.bytes() || Percent.isUtf8(item.value());
    boolean bytes = accepted.bytes() || (!text && accepted.bytesToo());
    if (!text && !bytes) {
      throw new Problem(
              Code.NOT_ACCEPTABLE, "the value is not UTF-8 text: ask for its bytes with ?raw")
          .header(Writes.REVISION, revision)
          .header("ETag", Conditions.etag(item.version()))
          .header("Vary", "Accept");
    }
    return form(request, item, Conditions.etag(item.version(), bytes), bytes)
        .header("Vary", "Accept");
  }

  private static Reply form(Request request, Item item, String etag, boolean bytes) {
    Conditions.match(request, etag, item.version());
    Reply reply;
    if (Conditions.isKnown(request.header(Conditions.IF_NONE_MATCH), etag)) {
      reply = Reply.empty(304);
    } else if (bytes) {
      // Whoever wrote the value, a browser shall not take it for a page of this node.
      reply =
          Reply.of(200, AcceptedForm.BYTES_TYPE, item.value())
              .header("Content-Security-Policy", "default-src 'none'; sandbox");
    } else {
      boolean isNamed = request.trace() != null;
      reply = Reply.json(json -> writeItem(json, item, isNamed));
    }
    return reply.header("ETag", etag);
  }

  /**
   * Writes a key and its value.
   *
   * @param isNamed true if each has a name of its own, as more follows: the key could be called so
   */
  private static void writeItem(JsonGenerator json, Item item, boolean isNamed) throws IOException {
    json.writeStartObject();
    if (isNamed) {
      Json.writeBytes(json, "key", item.key().bytes());
      json.writeFieldName("value");
    } else {
      json.writeFieldName(new String(item.key().bytes(), StandardCharsets.UTF_8));
    }
    json.writeUTF8String(item.value(), 0, item.value().length);
    if (isNamed) {
      json.writeNumberField("version", item.version());
    }
    json.writeEndObject();
  }
}
