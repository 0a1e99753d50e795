package hraftd.http;

/**
 * The fixed words for what can go wrong, with the status of each: the one place where an error gets
 * its HTTP status. The words and statuses are part of the API.
 */
public enum Code {
  BAD_REQUEST(400, "Bad request", Effect.REJECTED),
  /** It is not said who sends the request, or that is wrong. */
  UNAUTHORIZED(401, "Unauthorized", Effect.REJECTED),
  /** A web page of another site sends the request, or somebody who may not. */
  FORBIDDEN(403, "Forbidden", Effect.REJECTED),
  NOT_FOUND(404, "Not found", Effect.REJECTED),
  METHOD_NOT_ALLOWED(405, "Method not allowed", Effect.REJECTED),
  /** The value is not text and the client asked for JSON. */
  NOT_ACCEPTABLE(406, "Not acceptable", Effect.REJECTED),
  /** The body is not here after a while in which others' were. */
  SLOW_BODY(408, "Slow body", Effect.REJECTED),
  ALREADY_SET_UP(409, "Already set up", Effect.REJECTED),
  CONFLICT(409, "Conflict", Effect.REJECTED),
  /** It may be the repeat of a write that was done, and what that gave is forgotten. */
  REPEAT_EXPIRED(409, "Repeat expired", Effect.UNKNOWN),
  COMPACTED(410, "Compacted", Effect.NONE),
  PRECONDITION_FAILED(412, "Precondition failed", Effect.REJECTED),
  TOO_LARGE(413, "Too large", Effect.REJECTED),
  /** The body comes compressed, or otherwise not as it is to be kept. */
  UNSUPPORTED_ENCODING(415, "Unsupported encoding", Effect.REJECTED),
  EXPECTATION_FAILED(417, "Expectation failed", Effect.REJECTED),
  /** The request is for another host. */
  MISDIRECTED(421, "Misdirected request", Effect.REJECTED),
  OVERLOADED(429, "Overloaded", Effect.REJECTED),
  /** A defect of this program. */
  INTERNAL(500, "Internal error", Effect.UNKNOWN),
  /** The body comes in a way that this server does not know. */
  NOT_IMPLEMENTED(501, "Not implemented", Effect.REJECTED),
  /** The engine that the cluster runs on cannot do it. */
  NOT_SUPPORTED(501, "Not supported", Effect.REJECTED),
  NOT_SET_UP(503, "Not set up", Effect.REJECTED),
  /** This node's own copy is not there yet. */
  INCOMPLETE(503, "Incomplete", Effect.NONE),
  /** This node is reading what it has on its disk: nobody knows yet whether there is a leader. */
  STARTING(503, "Starting", Effect.REJECTED),
  NO_LEADER(503, "No leader", Effect.REJECTED),
  /** Another node that this request needs cannot be reached. */
  UNREACHABLE(503, "Node unreachable", Effect.REJECTED),
  /** This node is no longer a member of the cluster. */
  REMOVED(503, "Removed", Effect.REJECTED),
  SHUTTING_DOWN(503, "Shutting down", Effect.REJECTED),
  TIMEOUT(504, "Timeout", Effect.UNKNOWN),
  DISK_FULL(507, "Disk full", Effect.REJECTED),
  MEMORY_FULL(507, "Memory full", Effect.REJECTED),
  /** Whoever asks keeps as many bytes as their token allows. */
  QUOTA_FULL(507, "Quota full", Effect.REJECTED);

  /** What a client may assume of a write that got this answer. */
  public enum Effect {
    /** It did not and will not happen. */
    REJECTED,
    /** It may have happened, or still happen. */
    UNKNOWN,
    /** It was not a write: not said. */
    NONE
  }

  private final int status;
  private final String title;
  private final Effect effect;

  Code(int status, String title, Effect effect) {
    this.status = status;
    this.title = title;
    this.effect = effect;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The status in words, the same for every error of this code. */
  public String title() {
    return title;
  }

  /** What a client may assume, unless the problem says otherwise. */
  public Effect effect() {
    return effect;
  }

  /** The word in the JSON. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
