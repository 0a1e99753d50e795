package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Code;
import hraftd.http.Percent;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.security.Caller;
import hraftd.security.TokenText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Who may do what: {@code /token}, {@code /token/self} and {@code /token/{name}}. */
final class TokenResource {

  private static final CompletionStage<Outcome> NOTHING =
      CompletableFuture.completedFuture(new Outcome.Deleted(/* revision= */ 0, /* count= */ 0));

  private final Supplier<Store> stores;
  private final Executor lane;
  private final LongSupplier wallMillis;

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param lane runs short continuations
   * @param wallMillis people's time, in milliseconds since 1970
   */
  TokenResource(Supplier<Store> stores, Executor lane, LongSupplier wallMillis) {
    this.stores = stores;
    this.lane = lane;
    this.wallMillis = wallMillis;
  }

  List<Route> routes() {
    return List.of(
        Route.of(
            "POST",
            "/token",
            Route.Needs.ADMIN,
            Route.Body.WHOLE,
            Set.of(201, 413, 501, 504, 507),
            this::post),
        Route.of("GET", "/token", Route.Needs.ADMIN, Route.Body.NONE, Set.of(200, 504), this::list),
        Route.of(
            "GET", "/token/self", Route.Needs.A_TOKEN, Route.Body.NONE, Set.of(200), this::self),
        Route.of(
            "DELETE",
            "/token/{name}",
            Route.Needs.ADMIN,
            Route.Body.NONE,
            Set.of(200, 504),
            this::delete));
  }

  private CompletionStage<Reply> post(Request request) {
    TokenParser.Asked asked = TokenParser.parse(request.body());
    Store store = stores.get();
    requireNewMembers(store);
    boolean isAnonymous = asked.name().equals(Token.ANONYMOUS);
    String text = isAnonymous ? "" : TokenText.random();
    long now = wallMillis.getAsLong();
    Token token =
        new Token(
            asked.name(),
            isAnonymous ? null : TokenText.hash(text),
            asked.rules(),
            now,
            asked.ttl() == null ? 0 : now + asked.ttl().toMillis(),
            asked.limits());
    return store
        .consensus()
        .propose(new Command.PutToken(token, now), request.deadline())
        .thenApplyAsync(outcome -> made(outcome, token, text), lane);
  }

  private static Reply made(Outcome outcome, Token token, String text) {
    if (outcome instanceof Outcome.TooLarge large) {
      throw Problem.tooLarge("all tokens together", large.limit(), large.bytes());
    }
    return Reply.json(
        201,
        json -> {
          json.writeStartObject();
          json.writeStringField("name", token.name());
          if (!text.isEmpty()) {
            json.writeStringField("token", text);
          }
          json.writeEndObject();
        });
  }

  /** What older versions do not know must not be in a log that they read. */
  private static void requireNewMembers(Store store) {
    if (!store.consensus().status().commonFormat().knowsTokens()) {
      throw new Problem(
          Code.NOT_SUPPORTED,
          "tokens need every member to be of hraftd 1.2 or later, with the engine raft, and to have"
              + " been heard since its leader began");
    }
  }

  private CompletionStage<Reply> list(Request request) {
    Store store = stores.get();
    return store
        .consensus()
        .readBarrier(request.deadline())
        .thenApplyAsync(done -> listed(store.tokens()), lane);
  }

  private static Reply listed(Tokens tokens) {
    return Reply.json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("tokens");
          for (Token token : tokens.all()) {
            json.writeStartObject();
            json.writeStringField("name", token.name());
            TokenFields.writeRules(json, token.rules());
            writeRest(json, token);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private CompletionStage<Reply> self(Request request) {
    Caller caller = request.caller();
    Token token = caller.token();
    return CompletableFuture.completedFuture(
        Reply.json(
            json -> {
              json.writeStartObject();
              json.writeStringField("name", caller.name());
              TokenFields.writeRules(json, caller.rules());
              if (token != null) {
                writeRest(json, token);
              }
              json.writeEndObject();
            }));
  }

  private static void writeRest(JsonGenerator json, Token token) throws IOException {
    json.writeStringField("created", date(token.createdMillis()));
    if (token.expiresMillis() != 0) {
      json.writeStringField("expires", date(token.expiresMillis()));
    }
    TokenFields.writeLimits(json, token.limits());
  }

  private static String date(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private CompletionStage<Reply> delete(Request request) {
    byte[] name = Percent.decode(request.tail(), /* plusIsSpace= */ false, "the name");
    String text = TokenParser.name(new String(name, StandardCharsets.UTF_8));
    Store store = stores.get();
    // Whoever cannot read the entry was never sent the token: a stolen one is taken back whoever is
    // away. Without a token there must be no entry.
    return store
        .consensus()
        .readBarrier(request.deadline())
        .thenComposeAsync(
            done -> store.tokens().named(text) == null ? NOTHING : delete(store, text, request),
            lane)
        .thenApplyAsync(TokenResource::deleted, lane);
  }

  private static CompletionStage<Outcome> delete(Store store, String name, Request request) {
    return store.consensus().propose(new Command.DeleteToken(name), request.deadline());
  }

  private static Reply deleted(Outcome outcome) {
    return Reply.json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("deleted", ((Outcome.Deleted) outcome).count());
          json.writeEndObject();
        });
  }
}
