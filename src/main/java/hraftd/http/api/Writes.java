package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Percent;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Outcome;
import hraftd.kv.Token;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.RequestTrace;
import hraftd.security.Caller;
import hraftd.security.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a request changes the store. */
final class Writes {

  /** The header that makes a write safe to repeat. */
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** The header with the store's revision. */
  static final String REVISION = "X-Hraftd-Revision";

  private static final int MAX_KEY_CHARACTERS = 128;

  /** What somebody writes who means to say since when. */
  private static final Pattern SINCE = Pattern.compile("(?i);\\s*since\\s*=");

  private Writes() {}

  /**
   * Proposes a command and answers with its outcome; a refusal is a problem.
   *
   * @param executor runs the answer
   * @param answer makes the reply to an outcome that is not a refusal
   */
  static CompletableFuture<Reply> write(
      Store store,
      Request request,
      Command command,
      Executor executor,
      Function<Outcome, Reply> answer) {
    Explained.require(store, request);
    // Its body may have taken long.
    Allowed.still(store, request);
    Command once = once(request, command);
    long began = System.nanoTime();
    CompletableFuture<Void> admitted = store.stored().admit(request.caller(), command);
    CompletableFuture<Outcome> proposed =
        admitted.isDone() && !admitted.isCompletedExceptionally()
            ? propose(store, request, once)
            : admitted.thenCompose(done -> propose(store, request, once));
    CompletableFuture<Reply> replied =
        store
            .audit()
            .write(request.caller(), command, proposed)
            .handleAsync(
                (outcome, failure) -> {
                  Problem.rethrow(failure);
                  store.traffic().wrote(System.nanoTime() - began);
                  String revision = Long.toString(outcome.revision());
                  if (outcome instanceof Outcome.PreconditionFailed failed) {
                    throw Conditions.failed(request, failed.presentVersion())
                        .header(REVISION, revision);
                  }
                  if (outcome instanceof Outcome.TooLarge large) {
                    throw Problem.tooLarge("what it would read", large.limit(), large.bytes())
                        .header(REVISION, revision);
                  }
                  if (outcome instanceof Outcome.Conflict conflict) {
                    throw Problem.conflict(conflict.detail()).header(REVISION, revision);
                  }
                  if (outcome instanceof Outcome.RepeatExpired) {
                    throw expired().header(REVISION, revision);
                  }
                  return answer.apply(outcome).header(REVISION, revision);
                },
                executor);
    return Explained.answer(request, replied);
  }

  private static CompletableFuture<Outcome> propose(Store store, Request request, Command command) {
    RequestTrace trace = request.trace();
    return trace == null
        ? store.consensus().propose(command, request.deadline())
        : store.consensus().propose(command, request.deadline(), trace);
  }

  /** 409: what the first request gave is forgotten, and this one is not done. */
  static Problem expired() {
    return new Problem(
        Code.REPEAT_EXPIRED,
        "this may be the repeat of a write that was done, and whose answer is no longer kept: see"
            + " what the store has, and write anew under another '"
            + IDEMPOTENCY_KEY
            + "' if need be");
  }

  private static Command once(Request request, Command command) {
    String key = idempotencyKey(request);
    return key == null
        ? command
        : new Command.Once(ofCaller(request.caller(), key), fingerprint(command), command);
  }

  /**
   * An idempotency key of the holder of a token: another's of the same text is another one. Of no
   * more characters than may be; what says since when stays at its end.
   */
  static String ofCaller(Caller caller, String key) {
    Token token = caller.token();
    if (token == null) {
      return key;
    }
    int since = Command.Once.since(key) < 0 ? key.length() : key.lastIndexOf(Command.Once.SINCE);
    byte[] digest =
        Sha256.of((token.name() + '\n' + key.substring(0, since)).getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(digest) + key.substring(since);
  }

  /**
   * The client's name for a request; null if it gives none.
   *
   * @throws Problem 400 if it is empty, too long, or says since when in a way that would not count
   */
  static @Nullable String idempotencyKey(Request request) {
    String key = request.header(IDEMPOTENCY_KEY);
    if (key == null) {
      return null;
    }
    // Jetty makes a character of each byte; clients send UTF-8.
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    String text = Percent.isUtf8(bytes) ? new String(bytes, StandardCharsets.UTF_8) : key;
    if (text.isEmpty() || text.codePointCount(0, text.length()) > MAX_KEY_CHARACTERS) {
      throw Problem.badRequest(
          "'" + IDEMPOTENCY_KEY + "' must have 1 to " + MAX_KEY_CHARACTERS + " characters");
    }
    if (!isSinceClear(text)) {
      throw Problem.badRequest(
          "'"
              + IDEMPOTENCY_KEY
              + "': '"
              + Command.Once.SINCE
              + "' may stand there once, written so, and what follows must be a revision, and the"
              + " end");
    }
    return text;
  }

  /** False for what would be taken for plain text of the key, or would not be all that is meant. */
  private static boolean isSinceClear(String key) {
    Matcher since = SINCE.matcher(key);
    return !since.find()
        || (since.group().equals(Command.Once.SINCE)
            && !since.find()
            && Command.Once.since(key) >= 0);
  }

  /** Two requests are the same if they ask for the same: the names of an object have no order. */
  private static long fingerprint(Command command) {
    byte[] bytes = CommandCodec.encode(command instanceof Command.Put put ? sorted(put) : command);
    return ByteBuffer.wrap(Sha256.of(bytes)).getLong();
  }

  private static Command.Put sorted(Command.Put put) {
    List<Pair> pairs = new ArrayList<>(put.pairs());
    pairs.sort(Comparator.comparing(Pair::key));
    return new Command.Put(pairs, put.guard());
  }
}
