package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RaftLoop} needs around it: a clock, a thread to come back to, another one for what
 * takes long, and the way to the peers. All are called by the loop's thread, but for {@link #post}
 * and {@link #failed}, which any thread may call. None blocks.
 */
public interface Surroundings {

  /** A clock that never goes back, in nanoseconds; its values may be negative, as System's. */
  long nanoTime();

  /** See {@link hraftd.raft.core.RaftHost#memoryFull}. */
  boolean memoryFull();

  /** Where it counts. */
  RaftMeter meter();

  /** Who sees what happens; always the same. */
  RaftObserver observer();

  /** Sends, or loses: Raft bears both. */
  void send(Message message);

  /**
   * The newest format that this node and a peer both know, as the peer has said itself; null if it
   * has not yet.
   */
  @Nullable WireFormat format(NodeId peer);

  /** The newest configuration in the log, for the addresses in it. */
  void members(Membership membership);

  /** Who may say all that a member may from now on: see {@link hraftd.raft.core.Raft#trusted}. */
  void trust(Set<NodeId> nodes);

  /** Runs a task on the loop's thread, as part of a batch. */
  void post(Runnable task);

  /** Runs a task on another thread, one at a time. */
  void runAside(Runnable task);

  /** The node may not go on: what it would do could break a promise. */
  void failed(Throwable cause);
}
