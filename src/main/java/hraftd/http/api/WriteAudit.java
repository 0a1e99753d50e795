package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Code;
import hraftd.http.Json;
import hraftd.http.Percent;
import hraftd.http.Problem;
import hraftd.kv.Command;
import hraftd.kv.Command.Operation;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.security.Caller;
import hraftd.security.WallClock;
import hraftd.text.BoundedLog;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Writes down who changed which key to which revision, a line of JSON for each request that changed
 * something, before its answer leaves. Thread-safe.
 */
public final class WriteAudit {

  /** Nothing is written down. */
  public static final WriteAudit NONE =
      new WriteAudit(line -> CompletableFuture.completedFuture(null), WallClock::now);

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(WriteAudit.class));

  private final Function<Supplier<byte[]>, CompletableFuture<Void>> append;
  private final Supplier<Instant> clock;

  /** The newest one: in a busy millisecond many lines have it, and to make it costs as they do. */
  private volatile Time time = Time.of(Instant.EPOCH);

  /** A moment, to the millisecond, as it is written. */
  private record Time(long millis, String text) {
    static Time of(Instant moment) {
      return new Time(moment.toEpochMilli(), moment.truncatedTo(ChronoUnit.MILLIS).toString());
    }
  }

  /**
   * An audit.
   *
   * @param append takes what makes a line in UTF-8, for another thread; done when it is written
   * @param clock people's time
   */
  public WriteAudit(
      Function<Supplier<byte[]>, CompletableFuture<Void>> append, Supplier<Instant> clock) {
    this.append = append;
    this.clock = clock;
  }

  /**
   * What a request was answered with, once it is written down, if it changed something or may have.
   * Takes next to nothing of the thread that completes {@code proposed}.
   */
  CompletableFuture<Outcome> write(
      Caller caller, Command command, CompletableFuture<Outcome> proposed) {
    if (this == NONE) {
      return proposed;
    }
    CompletableFuture<Outcome> answered = new CompletableFuture<>();
    var unused =
        proposed.whenComplete(
            (outcome, failure) -> answer(caller, command, outcome, failure, answered));
    return answered;
  }

  private void answer(
      Caller caller,
      Command command,
      @Nullable Outcome outcome,
      @Nullable Throwable failure,
      CompletableFuture<Outcome> answered) {
    var unused =
        written(caller, command, outcome, failure)
            .whenComplete(
                (done, unwritten) -> {
                  // The write is done, or not: that is what the answer says.
                  if (unwritten != null) {
                    LOG.defect(
                        "a change by {} could not be written down", caller.name(), unwritten);
                  }
                  if (failure == null) {
                    answered.complete(outcome);
                  } else {
                    answered.completeExceptionally(failure);
                  }
                });
  }

  private CompletableFuture<Void> written(
      Caller caller, Command command, @Nullable Outcome outcome, @Nullable Throwable failure) {
    try {
      return begin(caller, command, outcome, failure);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Void> begin(
      Caller caller, Command command, @Nullable Outcome outcome, @Nullable Throwable failure) {
    boolean isUnknown = failure != null && Problem.of(failure).effect() == Code.Effect.UNKNOWN;
    if (!isUnknown && (outcome == null || !hasChanged(outcome))) {
      return CompletableFuture.completedFuture(null);
    }
    Instant now = clock.get();
    return append.apply(() -> Json.write(json -> line(json, now, caller, command, outcome)));
  }

  private static boolean hasChanged(Outcome outcome) {
    return outcome instanceof Outcome.Written
        || (outcome instanceof Outcome.Deleted deleted && deleted.count() > 0)
        || (outcome instanceof Outcome.TxnDone txn
            && txn.results().stream().anyMatch(WriteAudit::hasChanged));
  }

  private static boolean hasChanged(Outcome.Result result) {
    return result instanceof Outcome.Result.Put
        || (result instanceof Outcome.Result.Deleted deleted && deleted.count() > 0);
  }

  private String text(Instant moment) {
    Time known = time;
    if (known.millis != moment.toEpochMilli()) {
      known = Time.of(moment);
      time = known;
    }
    return known.text;
  }

  /** Without an outcome nobody knows whether it happened: with all that it would have changed. */
  private void line(
      JsonGenerator json, Instant now, Caller caller, Command command, @Nullable Outcome outcome)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("time", text(now));
    json.writeStringField("who", caller.name());
    if (outcome == null) {
      json.writeStringField("outcome", "unknown");
    } else {
      json.writeNumberField("revision", outcome.revision());
    }
    if (command instanceof Command.DeletePrefix delete) {
      Json.writeBytes(json, "deletedPrefix", delete.prefix().bytes());
    } else {
      List<Key> put = new ArrayList<>();
      List<Key> deleted = new ArrayList<>();
      collect(command, outcome, put, deleted);
      keys(json, "put", put);
      keys(json, "deleted", deleted);
    }
    json.writeEndObject();
  }

  private static void collect(
      Command command, @Nullable Outcome outcome, List<Key> put, List<Key> deleted) {
    if (command instanceof Command.Put pairs) {
      pairs.pairs().forEach(pair -> put.add(pair.key()));
    } else if (command instanceof Command.Delete delete) {
      deleted.add(delete.key());
    } else if (command instanceof Command.Txn txn && outcome instanceof Outcome.TxnDone done) {
      List<Operation> ran = done.succeeded() ? txn.then() : txn.otherwise();
      for (int i = 0; i < ran.size(); i++) {
        if (hasChanged(done.results().get(i))) {
          collect(ran.get(i), put, deleted);
        }
      }
    } else if (command instanceof Command.Txn txn) {
      txn.then().forEach(operation -> collect(operation, put, deleted));
      txn.otherwise().forEach(operation -> collect(operation, put, deleted));
    }
  }

  private static void collect(Operation operation, List<Key> put, List<Key> deleted) {
    if (operation instanceof Operation.PutKey pair) {
      put.add(pair.pair().key());
    } else if (operation instanceof Operation.DeleteKey delete) {
      deleted.add(delete.key());
    }
  }

  private static void keys(JsonGenerator json, String name, List<Key> keys) throws IOException {
    List<Key> others = new ArrayList<>();
    boolean begun = false;
    for (Key key : keys) {
      if (!Percent.isUtf8(key.bytes())) {
        others.add(key);
        continue;
      }
      if (!begun) {
        json.writeArrayFieldStart(name);
        begun = true;
      }
      json.writeUTF8String(key.bytes(), 0, key.bytes().length);
    }
    if (begun) {
      json.writeEndArray();
    }
    if (!others.isEmpty()) {
      json.writeArrayFieldStart(name + "64");
      for (Key key : others) {
        json.writeBinary(key.bytes());
      }
      json.writeEndArray();
    }
  }
}
