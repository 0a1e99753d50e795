package hraftd.cluster;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a request about the cluster has no result, in words for the person who sent it.
 *
 * <p>No stack trace is recorded: these are answers, not defects.
 */
public final class ClusterException extends RuntimeException {

  /** What is wrong; the names in lower case are the words in the API's problems. */
  public enum Kind {
    /** The request makes no sense, to any node. */
    BAD_REQUEST,
    /** What the request names does not exist. */
    NOT_FOUND,
    /** A node belongs to another cluster, or this cluster has other members. */
    ALREADY_SET_UP,
    /** It would make sense, but not as things are. */
    CONFLICT,
    /** The engine that the cluster runs on cannot do it. */
    NOT_SUPPORTED,
    /** This node belongs to no cluster yet. */
    NOT_SET_UP,
    /** This node has not begun yet. */
    STARTING,
    /** Nobody leads, or the leader has just changed. */
    NO_LEADER,
    /** Another node cannot be reached. */
    UNREACHABLE,
    /** This node is no longer a member. */
    REMOVED,
    /** This node stops. */
    SHUTTING_DOWN,
    /** Too much of this is under way. */
    OVERLOADED,
    /** The leader has no room on its disk for it. */
    DISK_FULL,
    /** The deadline passed; repeating the request is safe. */
    TIMEOUT,
    /** A defect, or a disk that failed; the log says more. */
    INTERNAL;

    /** The word in a problem's JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of this word; null if there is none. */
    static @Nullable Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  private final Kind kind;
  private final boolean relayed;

  /** Says what is wrong, for a person. */
  public ClusterException(Kind kind, String message) {
    this(kind, message, /* relayed= */ false);
  }

  /**
   * Says what is wrong, for a person.
   *
   * @param relayed true if another node said so
   */
  public ClusterException(Kind kind, String message, boolean relayed) {
    super(message, null, false, false);
    this.kind = kind;
    this.relayed = relayed;
  }

  /** True if this is another node's answer, false if this node says so itself. */
  boolean relayed() {
    return relayed;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** What is wrong, for a person. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  static ClusterException badRequest(String message) {
    return new ClusterException(Kind.BAD_REQUEST, message);
  }

  static ClusterException conflict(String message) {
    return new ClusterException(Kind.CONFLICT, message);
  }

  static ClusterException notSetUp() {
    return new ClusterException(
        Kind.NOT_SET_UP,
        "this node belongs to no cluster yet: POST /setup, or start it with -join");
  }

  static ClusterException removed(String memberId, String clusterId) {
    return new ClusterException(
        Kind.REMOVED,
        "this node was member "
            + memberId
            + " of cluster "
            + clusterId
            + " and was removed; to use it again, empty its data directory and start it anew");
  }
}
