package hraftd.raft;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The replicated log as the rest of hraftd sees it. All methods may be called from any thread, none
 * blocks but {@link #close}. Futures are completed on the Raft thread or a timer: whoever continues
 * one must not block there. Every future ends, at the latest at its deadline, with a result or a
 * {@link ConsensusException} (never wrapped).
 */
public interface Consensus extends AutoCloseable {

  /**
   * Appends a command to the log, on whichever node leads, at most once. The result is what {@link
   * hraftd.kv.state.KvState#apply} returned; by then the entry is fsynced on a majority and applied
   * on this node.
   */
  CompletableFuture<Outcome> propose(Command command, Deadline deadline);

  /**
   * Completes when this node's state holds every write that was acknowledged anywhere before the
   * call (dissertation, section 6.4): reading it then is linearizable.
   */
  CompletableFuture<Void> readBarrier(Deadline deadline);

  /** True if it says what happens to a request: whether a trace is worth giving. */
  default boolean traces() {
    return false;
  }

  /** The same as {@link #propose(Command, Deadline)}, and the trace is told what happens. */
  default CompletableFuture<Outcome> propose(
      Command command, Deadline deadline, RequestTrace trace) {
    return propose(command, deadline);
  }

  /** The same as {@link #readBarrier(Deadline)}, and the trace is told what happens. */
  default CompletableFuture<Void> readBarrier(Deadline deadline, RequestTrace trace) {
    return readBarrier(deadline);
  }

  /**
   * Passes if members can be added, moved and removed at all.
   *
   * @throws ConsensusException.NotSupported if the members are for ever those that it began with
   */
  default void checkMembersCanChange() {}

  /**
   * Adds a member as a learner, and makes it a voter once it has caught up, if it is to be one; or
   * moves a member to new addresses if the same node is a member already. Completes when the last
   * step is committed. Only on the leader, else {@link ConsensusException.NoLeader}.
   */
  CompletableFuture<Membership> add(Member member, Deadline deadline);

  /**
   * Adds a member as {@link #add} does, to take the place of another. The configuration says so
   * until that one is removed, which is for the caller to do, or for whoever leads after it: {@link
   * Membership#replacements}. While a node of hraftd 1.0 is a member it does not say so.
   */
  CompletableFuture<Membership> replace(Member member, NodeId replaced, Deadline deadline);

  /**
   * Says where peers listen that have moved, before the configuration does: these addresses win
   * over those in it, until this is called again.
   */
  default void relocate(Map<NodeId, HostPort> addresses) {}

  /**
   * Removes a member. A leader that is asked to remove itself hands over first and answers {@link
   * ConsensusException.NoLeader}; the caller asks the next one. Refused if the rest would have no
   * live majority. Only on the leader, else {@link ConsensusException.NoLeader}.
   */
  CompletableFuture<Membership> remove(String id, Deadline deadline);

  /**
   * Passes if it can be chosen who leads.
   *
   * @throws ConsensusException.NotSupported if that is never anybody's choice
   */
  default void checkLeadershipCanMove() {}

  /**
   * Lets another voter lead (dissertation, section 3.10). Completes when this node sees a leader
   * that is not itself, which need not be the one that was asked for; fails at the deadline, or
   * before it if the leader has given it up and goes on leading.
   *
   * @param id the member to lead, or empty for the voter with the longest log
   */
  CompletableFuture<Void> transferLeadership(String id, Deadline deadline);

  /**
   * Of which nodes two processes run, as when a data directory was copied: in sentences for people.
   * Empty if that is not known.
   */
  default List<String> rivals() {
    return List.of();
  }

  /** What reading this node's files over and over has found. Cheap. */
  default ScrubReport scrubbed() {
    return ScrubReport.NONE;
  }

  /**
   * True once this node's state has all that the node itself knows to be committed. Before, after a
   * start, it may be empty though there is much: a copy that is not there, not one that is behind.
   * Cheap.
   */
  boolean isWhole();

  /** What this node knows now; cheap, a consistent copy. */
  RaftStatus status();

  /**
   * The store's clock in milliseconds, for expiry: only meaningful on the leader, where it runs
   * with real time; entries carry it. It never runs faster than real time, on any change of leader.
   */
  long clockMillis();

  /**
   * Completes exceptionally when the node had to stop itself (failed write or fsync, damage in the
   * log, an unexpected exception in apply), with the cause; normally after {@link #close}.
   */
  CompletableFuture<Void> terminated();

  /**
   * Stops: pending requests end with {@link ConsensusException.Stopping}, or with {@link
   * ConsensusException.OutcomeUnknown} if they may have happened. Blocks until done.
   */
  @Override
  void close();
}
