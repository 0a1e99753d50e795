package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Json;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Txn;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Transactions: {@code POST /txn}. */
final class TxnResource {

  private final Supplier<Store> stores;
  private final Executor lane;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link hraftd.http.Problem} while there is nothing
   * @param lane runs short continuations
   */
  TxnResource(Supplier<Store> stores, Executor lane) {
    this.stores = stores;
    this.lane = lane;
  }

  List<Route> routes() {
    return List.of(
        Route.of(
                "POST",
                "/txn",
                Route.Needs.ITS_KEYS,
                Route.Body.WHOLE,
                Set.of(200, 409, 413, 501, 504, 507),
                this::post)
            .withParams(Request.EXPLAIN)
            .withHeaders(Writes.IDEMPOTENCY_KEY, Conditions.IF_MATCH, Conditions.IF_NONE_MATCH));
  }

  private CompletionStage<Reply> post(Request request) {
    Txn txn = TxnParser.parse(request.body());
    Allowed.transaction(request, txn);
    Conditions.refuse(request, "a transaction has its conditions in 'if'");
    return Writes.write(
        stores.get(), request, txn, lane, outcome -> done(txn, (Outcome.TxnDone) outcome));
  }

  private static Reply done(Txn txn, Outcome.TxnDone outcome) {
    List<Operation> ran = outcome.succeeded() ? txn.then() : txn.otherwise();
    return Reply.json(
        json -> {
          json.writeStartObject();
          json.writeBooleanField("succeeded", outcome.succeeded());
          json.writeNumberField("revision", outcome.revision());
          json.writeArrayFieldStart("results");
          for (int i = 0; i < ran.size(); i++) {
            json.writeStartObject();
            Json.writeBytes(json, "key", key(ran.get(i)).bytes());
            write(json, outcome.results().get(i));
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static Key key(Operation operation) {
    if (operation instanceof Operation.PutKey put) {
      return put.pair().key();
    } else if (operation instanceof Operation.DeleteKey delete) {
      return delete.key();
    }
    return ((Operation.GetKey) operation).key();
  }

  private static void write(JsonGenerator json, Outcome.Result result) throws IOException {
    if (result instanceof Outcome.Result.Put put) {
      json.writeNumberField("version", put.version());
    } else if (result instanceof Outcome.Result.Deleted deleted) {
      json.writeNumberField("deleted", deleted.count());
    } else {
      Item item = ((Outcome.Result.Got) result).item();
      if (item == null) {
        json.writeNullField("value");
      } else {
        Json.writeBytes(json, "value", item.value());
        json.writeNumberField("version", item.version());
      }
    }
  }
}
