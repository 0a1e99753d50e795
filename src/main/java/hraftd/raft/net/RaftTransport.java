package hraftd.raft.net;

import hraftd.raft.Membership;
import hraftd.raft.core.Message;

/**
 * The Raft thread and the way to the peers. {@link #execute} may be called by any thread, the other
 * methods by the Raft thread, {@link #close} by any thread but that one.
 */
interface RaftTransport extends AutoCloseable {

  /**
   * Runs a task on the Raft thread, in the order of the calls of one thread. Blocks while the queue
   * is full; after {@link #close} the task is dropped.
   */
  void execute(Runnable task);

  /**
   * Sends; never blocks. What cannot be sent (no connection, a full buffer) is dropped: Raft
   * repeats what matters.
   */
  void send(Message message);

  /**
   * The newest addresses of the members. Others are only answered, on the connection that they have
   * opened: a node that joins does not know where the leader is before it has the configuration,
   * and one that was removed has to be told.
   */
  void members(Membership membership);

  /** Stops the Raft thread and all connections; blocks until done. */
  @Override
  void close();
}
