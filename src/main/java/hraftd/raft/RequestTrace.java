package hraftd.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request through this node, as it was seen: what happened, and when. Any thread may
 * add to it; each step comes behind those that are there, and is not earlier. Once it is {@link
 * #end ended} it stays as it is.
 */
public final class RequestTrace {

  /**
   * Far more than one request has in a sound cluster; in another one the rest is left out, but for
   * the last.
   */
  static final int MAX_STEPS = 256;

  /** What can happen to a request. */
  public enum What {
    /** The head of the request has come. */
    RECEIVED,
    /** It is on its way to the Raft thread, which takes many at a time. */
    QUEUED,
    /** The Raft thread has given it to Raft. */
    TAKEN,
    /** A write was sent to the leader, as this node does not lead. */
    FORWARDED,
    /** A write has become this entry of this node's log, not yet on its disk. */
    APPENDED,
    /** The entry was sent to a member. */
    SENT,
    /** This node's own disk has the entry. */
    ON_DISK,
    /** A member has told the leader that it has the entry on its disk. */
    ACKNOWLEDGED,
    /** This node knows that the entry is committed. */
    COMMITTED,
    /** This node has applied the entry, or as much as a read has to wait for. */
    APPLIED,
    /** The leader has begun a round of messages that shows whether it still leads. */
    ROUND_BEGUN,
    /** A member has answered that round. */
    CONFIRMED,
    /** The leader was asked up to which index this node has to have applied. */
    ASKED,
    /** The leader has said which one. */
    READ_INDEX,
    /** A read was answered from this node's own copy, without asking anybody. */
    SERVED_STALE,
    /** The answer was made. */
    ANSWERED
  }

  /**
   * What else is known of a step.
   *
   * @param by the member that did it; null: this node
   * @param to the member that it was done to; null: none
   * @param index of an entry; 0 if it is about none
   * @param term of the entry; 0 if it is about none
   * @param round the leader's number of a round of reads; 0 if it is about none
   * @param syncMicros how long the fsyncs of the member take that did it, as it has said, in
   *     microseconds; 0 if it has not
   */
  public record Detail(
      @Nullable NodeId by,
      @Nullable NodeId to,
      long index,
      long term,
      long round,
      long syncMicros) {

    /** Nothing. */
    public static final Detail NONE = new Detail(null, null, 0, 0, 0, 0);

    /** It was done to this member. */
    public static Detail to(NodeId member) {
      return new Detail(null, member, 0, 0, 0, 0);
    }

    /** It is about the entry at this index. */
    public static Detail at(long index) {
      return new Detail(null, null, index, 0, 0, 0);
    }
  }

  /**
   * One step of the way.
   *
   * @param micros since the request came, in microseconds
   */
  public record Step(What what, long micros, Detail detail) {}

  private final LongSupplier nanoClock;
  private final long began;

  // Guarded by this.
  private final List<Step> steps = new ArrayList<>();
  private @Nullable NodeId self;
  private RaftStatus.@Nullable Role role;
  private boolean isRefused;
  private boolean isEnded;

  /**
   * The way of a request that has just come.
   *
   * @param began when it came, on the clock
   */
  public RequestTrace(LongSupplier nanoClock, long began) {
    this.nanoClock = nanoClock;
    this.began = began;
    steps.add(new Step(What.RECEIVED, 0, Detail.NONE));
  }

  /** Something happens now. */
  public void note(What what) {
    note(what, Detail.NONE);
  }

  /** Something happens now of which more is known. */
  public synchronized void note(What what, Detail detail) {
    if (!isEnded && steps.size() < MAX_STEPS) {
      steps.add(new Step(what, micros(), detail));
    }
  }

  private long micros() {
    return Math.max(0, (nanoClock.getAsLong() - began) / 1000);
  }

  /** On which node it is, and what that does at the moment. */
  public synchronized void on(NodeId node, RaftStatus.Role asRole) {
    self = node;
    role = asRole;
  }

  /** Nobody follows it: so many requests are being followed already. */
  public synchronized void refused() {
    isRefused = true;
  }

  /** The answer is made now: what comes later is not added any more. */
  public synchronized void end() {
    if (!isEnded) {
      isEnded = true;
      steps.add(new Step(What.ANSWERED, micros(), Detail.NONE));
    }
  }

  /** What has happened, in that order. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The node on which Raft has taken it; null if it has not. */
  public synchronized @Nullable NodeId self() {
    return self;
  }

  /** What that node did then; null if Raft has not taken it. */
  public synchronized RaftStatus.@Nullable Role role() {
    return role;
  }

  /** True if too many requests were being followed. */
  public synchronized boolean isRefused() {
    return isRefused;
  }
}
