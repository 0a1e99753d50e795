package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Json;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.RequestBudget;
import hraftd.http.Route;
import hraftd.kv.Command;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Right;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Many keys: {@code GET /key} and {@code DELETE /key}. */
final class ListResource {

  private static final int DEFAULT_LIMIT = 1000;
  private static final int MAX_LIMIT = 10_000;

  /**
   * A page ends early when its keys and values reach this. Escapes make it up to six times as long,
   * and that must still fit in what answers may hold.
   */
  private static final long MAX_PAGE_BYTES = RequestBudget.MAX_BODY_BYTES / 8;

  private final Supplier<Store> stores;
  private final Executor lane;
  private final Executor longWork;
  private final OpenListings listings;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param lane runs short continuations
   * @param longWork runs longer ones
   */
  ListResource(Supplier<Store> stores, Executor lane, Executor longWork) {
    this.stores = stores;
    this.lane = lane;
    this.longWork = longWork;
    listings = new OpenListings(System::nanoTime, this::written);
  }

  /** Bytes written to the store; without a store, so many that no view is kept for it. */
  private long written() {
    try {
      return stores.get().history().written();
    } catch (Problem noStore) {
      return Long.MAX_VALUE;
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(
                "GET",
                "/key",
                Route.Needs.ITS_KEYS,
                Route.Body.NONE,
                Set.of(200, 410, 413, 504),
                this::listLater)
            .withParams(
                "prefix", "after", "limit", "keys_only", "level", "min_revision", Reads.INCOMPLETE),
        Route.of(
                "DELETE",
                "/key",
                Route.Needs.ITS_KEYS,
                Route.Body.NONE,
                Set.of(200, 409, 413, 504),
                this::delete)
            .withParams("prefix", "all")
            .withHeaders(Writes.IDEMPOTENCY_KEY, Conditions.IF_MATCH, Conditions.IF_NONE_MATCH));
  }

  /**
   * What is asked for.
   *
   * @param after the key that the page comes after; null: from the first
   */
  private record Page(Key prefix, @Nullable Key after, int limit, boolean keysOnly) {}

  /** A page can be large: it is not made on the connections' own thread. */
  private CompletionStage<Reply> listLater(Request request) {
    return CompletableFuture.supplyAsync(() -> list(request), longWork).thenCompose(reply -> reply);
  }

  private CompletionStage<Reply> list(Request request) {
    Params params = request.params();
    byte[] prefix = params.bytes("prefix");
    int limit = (int) params.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
    boolean keysOnly = params.flag("keys_only");
    String after = params.text("after");
    Cursor cursor = after == null ? null : Cursor.parse(after);
    Store store = stores.get();
    if (cursor != null) {
      if (prefix != null && !cursor.prefix().equals(new Key(prefix))) {
        throw Problem.badRequest("'after' continues a listing with another prefix");
      }
      Allowed.all(request, Right.READ, cursor.prefix());
      Page page = new Page(cursor.prefix(), cursor.last(), limit, keysOnly);
      return resume(store, request, cursor.revision(), page);
    }
    Page page =
        new Page(
            Limits.prefix(prefix == null ? new byte[0] : prefix),
            after == null || after.isEmpty() ? null : Key.of(after),
            limit,
            keysOnly);
    Allowed.all(request, Right.READ, page.prefix);
    return Reads.read(store, request, longWork, view -> page(request, view, page));
  }

  private CompletionStage<Reply> resume(Store store, Request request, long revision, Page page) {
    KvView kept = listings.find(revision);
    if (kept != null) {
      return CompletableFuture.completedFuture(page(request, kept, page));
    }
    return Reads.read(
        store,
        request,
        longWork,
        now -> {
          if (now.revision() != revision) {
            throw new Problem(
                    Code.COMPACTED,
                    "this node no longer holds revision "
                        + revision
                        + ", which the listing shows: begin it anew")
                .with("oldest", now.revision())
                .header(Writes.REVISION, Long.toString(now.revision()));
          }
          return page(request, now, page);
        });
  }

  private Reply page(Request request, KvView view, Page page) {
    List<Item> items = view.list(page.prefix, page.after, page.limit + 1);
    int count = fitting(items, page);
    request.reserve(items.stream().limit(count).mapToLong(item -> bytes(item, page)).sum());
    String next = null;
    if (count < items.size()) {
      next = new Cursor(view.revision(), page.prefix, items.get(count - 1).key()).text();
      listings.keep(view);
    }
    String cursor = next;
    return Reply.json(
            json -> {
              json.writeStartObject();
              json.writeNumberField("revision", view.revision());
              json.writeArrayFieldStart("keys");
              for (Item item : items.subList(0, count)) {
                json.writeStartObject();
                Json.writeBytes(json, "key", item.key().bytes());
                if (!page.keysOnly) {
                  Json.writeBytes(json, "value", item.value());
                }
                json.writeNumberField("version", item.version());
                json.writeEndObject();
              }
              json.writeEndArray();
              if (cursor != null) {
                json.writeStringField("next", cursor);
              }
              json.writeEndObject();
            })
        .header(Writes.REVISION, Long.toString(view.revision()));
  }

  /** How many of the items go on the page: as many as were asked for and fit, at least one. */
  private static int fitting(List<Item> items, Page page) {
    long bytes = 0;
    int count = 0;
    int most = Math.min(items.size(), page.limit);
    while (count < most) {
      bytes += bytes(items.get(count), page);
      if (bytes > MAX_PAGE_BYTES && count > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  private static long bytes(Item item, Page page) {
    return (long) item.key().bytes().length + (page.keysOnly ? 0 : item.value().length);
  }

  private CompletionStage<Reply> delete(Request request) {
    Key prefix = condemned(request.params());
    Allowed.all(request, Right.WRITE, prefix);
    Conditions.refuse(request, "DELETE /key/<k> takes them, and POST /txn has conditions");
    Command command = new Command.DeletePrefix(prefix);
    return Writes.write(stores.get(), request, command, lane, KeyResource::deleted);
  }

  /**
   * The prefix of the keys to delete. Everything asks for a word of its own: clients cut a target
   * at {@code #}, shells at {@code &}, and a variable may be empty, each of which would leave the
   * empty prefix.
   */
  private static Key condemned(Params params) {
    byte[] prefix = params.bytes("prefix");
    boolean all = params.flag("all");
    if (prefix == null) {
      throw Problem.badRequest(
          "say which keys to delete: ?prefix=<p>, or ?prefix=&all for all of them");
    }
    if (prefix.length == 0 && !all) {
      throw Problem.badRequest(
          "'prefix' is empty: ?prefix=&all deletes every key; a '#' in a prefix is %23, a '&' %26");
    }
    if (prefix.length > 0 && all) {
      throw Problem.badRequest("'all' goes with an empty 'prefix' alone");
    }
    return Limits.prefix(prefix);
  }
}
