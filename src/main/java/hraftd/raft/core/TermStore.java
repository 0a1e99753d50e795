package hraftd.raft.core;

import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The two things a node must never forget besides its log: its term and whom it voted for in it
 * (dissertation, figure 3.1). Owned by the Raft thread.
 */
public interface TermStore {

  /** The latest term this node has seen; 0 at first. */
  long term();

  /** The candidate that got this node's vote in {@link #term}; null if none did. */
  @Nullable NodeId votedFor();

  /**
   * Stores both, durably before it returns.
   *
   * @throws java.io.UncheckedIOException if that failed: the node must stop
   */
  void save(long term, @Nullable NodeId votedFor);
}
