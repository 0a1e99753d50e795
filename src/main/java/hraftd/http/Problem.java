package hraftd.http;

import hraftd.raft.ConsensusException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is an error (RFC 9457): a code, a sentence for the person who asked, and whatever
 * headers and further members belong to it. Thrown by an action or put into its future.
 *
 * <p>No stack trace is recorded: these are answers, not defects.
 */
public final class Problem extends RuntimeException {

  /** Seconds after which a client may try again when a leader or room is missing. */
  private static final String RETRY_AFTER_SECONDS = "1";

  private final Code code;
  private final Code.Effect effect;
  private final transient Map<String, String> headers = new LinkedHashMap<>();
  private final transient Map<String, Object> members = new LinkedHashMap<>();

  /** A problem with its code's own effect. */
  public Problem(Code code, String detail) {
    this(code, code.effect(), detail);
  }

  /** A problem of which more is known than its code says. */
  public Problem(Code code, Code.Effect effect, String detail) {
    super(detail, null, false, false);
    this.code = code;
    this.effect = effect;
    switch (code) {
      case OVERLOADED, NOT_SET_UP, INCOMPLETE, STARTING, NO_LEADER, UNREACHABLE, SHUTTING_DOWN ->
          headers.put("Retry-After", RETRY_AFTER_SECONDS);
      default -> {}
    }
  }

  /** 400. */
  public static Problem badRequest(String detail) {
    return new Problem(Code.BAD_REQUEST, detail);
  }

  /** 403: it is known who asks, and that one may not. */
  public static Problem forbidden(String detail) {
    return new Problem(Code.FORBIDDEN, detail);
  }

  /** 404. */
  public static Problem notFound(String detail) {
    return new Problem(Code.NOT_FOUND, detail);
  }

  /** 409 with the code {@code conflict}. */
  public static Problem conflict(String detail) {
    return new Problem(Code.CONFLICT, detail);
  }

  /** 413. */
  public static Problem tooLarge(String what, long limit, long actual) {
    return new Problem(
        Code.TOO_LARGE, what + " has " + actual + " bytes, the limit is " + limit + " bytes");
  }

  /** 503: no cluster yet. */
  public static Problem notSetUp() {
    return new Problem(
        Code.NOT_SET_UP,
        "this node belongs to no cluster yet: POST /setup, or start it with -join");
  }

  /**
   * The problem that an exception means to a client. One of no known kind is a defect: its text is
   * not shown to the client.
   */
  public static Problem of(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof Problem problem) {
      return problem;
    }
    if (cause instanceof ConsensusException refusal) {
      return of(refusal);
    }
    return new Problem(Code.INTERNAL, "this node failed to answer; its log says why");
  }

  private static Problem of(ConsensusException refusal) {
    String detail = String.valueOf(refusal.getMessage());
    if (refusal instanceof ConsensusException.NoLeader) {
      return new Problem(Code.NO_LEADER, detail);
    } else if (refusal instanceof ConsensusException.LeaderChanged) {
      return new Problem(Code.NO_LEADER, Code.Effect.UNKNOWN, detail);
    } else if (refusal instanceof ConsensusException.Overloaded) {
      return new Problem(Code.OVERLOADED, detail);
    } else if (refusal instanceof ConsensusException.DiskFull) {
      return new Problem(Code.DISK_FULL, detail);
    } else if (refusal instanceof ConsensusException.MemoryFull) {
      return new Problem(Code.MEMORY_FULL, detail);
    } else if (refusal instanceof ConsensusException.OutcomeUnknown) {
      return new Problem(Code.TIMEOUT, detail);
    } else if (refusal instanceof ConsensusException.DeadlinePassed) {
      return new Problem(Code.TIMEOUT, Code.Effect.REJECTED, detail);
    } else if (refusal instanceof ConsensusException.Stopping) {
      return new Problem(Code.SHUTTING_DOWN, detail);
    } else if (refusal instanceof ConsensusException.Removed) {
      return new Problem(Code.REMOVED, detail);
    } else if (refusal instanceof ConsensusException.MembershipRefused) {
      return new Problem(Code.CONFLICT, detail);
    } else if (refusal instanceof ConsensusException.NotSupported) {
      return new Problem(Code.NOT_SUPPORTED, detail);
    }
    return new Problem(
        Code.INTERNAL,
        refusal.outcomeUnknown() ? Code.Effect.UNKNOWN : Code.Effect.REJECTED,
        detail);
  }

  /** Throws what a future failed with, if it did, so that the next one fails with it too. */
  public static void rethrow(@Nullable Throwable failure) {
    if (failure != null) {
      throw failure instanceof RuntimeException e ? e : new CompletionException(failure);
    }
  }

  /** What a future's exception wraps. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Adds a header to the answer. */
  public Problem header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Adds a member to the JSON: a String, Long, Integer or Boolean. */
  public Problem with(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** The code. */
  public Code code() {
    return code;
  }

  /** What a client may assume of a write. */
  public Code.Effect effect() {
    return effect;
  }

  /** A further member of the JSON; null if there is none of this name. */
  public @Nullable Object member(String name) {
    return members.get(name);
  }

  /** The sentence for a person. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The answer. */
  public Reply reply() {
    byte[] body =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("title", code.title());
              json.writeNumberField("status", code.status());
              json.writeStringField("detail", detail());
              json.writeStringField("code", code.word());
              if (effect != Code.Effect.NONE) {
                json.writeStringField(
                    "outcome", effect == Code.Effect.UNKNOWN ? "unknown" : "rejected");
              }
              for (Map.Entry<String, Object> member : members.entrySet()) {
                json.writeObjectField(member.getKey(), member.getValue());
              }
              json.writeEndObject();
            });
    Reply reply = Reply.of(code.status(), "application/problem+json", body);
    headers.forEach(reply::header);
    return reply;
  }
}
