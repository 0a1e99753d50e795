package hraftd.http;

import hraftd.kv.Command;
import hraftd.kv.CommandCodec;
import hraftd.kv.Outcome;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** How a request changes the store. */
final class Writes {

  /** The header that makes a write safe to repeat. */
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** The header with the store's revision. */
  static final String REVISION = "X-Hraftd-Revision";

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
    return store
        .consensus()
        .propose(once(request, command), request.deadline())
        .handleAsync(
            (outcome, failure) -> {
              Problem.rethrow(failure);
              String revision = Long.toString(outcome.revision());
              if (outcome instanceof Outcome.PreconditionFailed failed) {
                throw preconditionFailed(failed).header(REVISION, revision);
              }
              if (outcome instanceof Outcome.Conflict conflict) {
                throw Problem.conflict(conflict.detail()).header(REVISION, revision);
              }
              return answer.apply(outcome).header(REVISION, revision);
              if (outcome instanceof Outcome.TooLarge large) {
                throw Problem.tooLarge("what it would read", large.limit(), large.bytes())
                    .header(REVISION, revision);
              }
            },
            executor);
  }

  private static Problem preconditionFailed(Outcome.PreconditionFailed failed) {
    if (failed.presentVersion() == 0) {
      return new Problem(Code.PRECONDITION_FAILED, "the key does not exist");
    }
    return new Problem(
            Code.PRECONDITION_FAILED, "the key exists in version " + failed.presentVersion())
        .header("ETag", Conditions.etag(failed.presentVersion()))
        .with("version", failed.presentVersion());
  }

  private static Command once(Request request, Command command) {
    String key = request.header(IDEMPOTENCY_KEY);
    if (key == null) {
      return command;
    }
    if (key.isEmpty() || key.length() > 128) {
      throw Problem.badRequest("'" + IDEMPOTENCY_KEY + "' must have 1 to 128 characters");
    }
    return new Command.Once(key, fingerprint(command), command);
  }

  /** Two requests are the same if they ask for the same command. */
  private static long fingerprint(Command command) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(CommandCodec.encode(command));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
