package hraftd.raft.core;

import hraftd.kv.Outcome;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.WireFormat;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Raft} needs from the world around it; every method is called on the Raft thread. */
public interface RaftHost {

  /** A clock that never goes back, in nanoseconds. */
  long nanoTime();

  /**
   * The same clock without the time in which this node could not have heard the others, as its
   * process stood still or its thread waited for a disk: what is waited for from them is measured
   * with it. It stands still within a batch.
   */
  long listenedNanos();

  /** True while nothing that makes the state grow is to get into the log, for want of memory. */
  boolean memoryFull();

  /** Something that an operator wants to know; rare. */
  void tell(String what);

  /** Where it counts. */
  RaftMeter meter();

  /** Sends, or loses: Raft bears both. */
  void send(Message message);

  /**
   * The newest format that this node and a peer both know, as the peer has said itself; the oldest
   * if it has not yet.
   */
  WireFormat format(NodeId peer);

  /** The same, but null if it has not yet. */
  @Nullable WireFormat said(NodeId peer);

  /**
   * The format that all members have to know before this command may be logged, which {@link
   * #checkCommand} passed.
   */
  WireFormat formatOf(byte[] command);

  /**
   * An entry as nodes of this format can read it, with the same effect there: mostly itself.
   *
   * @return null if it has no such form
   */
  @Nullable Entry inFormat(WireFormat format, Entry entry);

  /** The oldest format whose nodes can read a snapshot, which is {@link SnapshotStore#latest}. */
  WireFormat formatOf(SnapshotStore.Meta snapshot);

  /** The oldest format whose nodes could read a snapshot of the state as it is. */
  WireFormat formatOfState();

  /**
   * Makes sure that a command can be applied, whatever the state is: what cannot never gets into a
   * log.
   *
   * @throws IllegalArgumentException if it cannot, with the reason for the operator
   */
  void checkCommand(byte[] data);

  /**
   * Applies a committed command; called once for each index, in order.
   *
   * @return what the proposer is told
   */
  Outcome apply(Entry entry);

  /**
   * Reads a received snapshot, before it takes the place of all that is here.
   *
   * @return false if it holds no state: then it is dropped
   */
  boolean prepare(SnapshotStore.Meta snapshot, InputStream content);

  /** Replaces the state by this snapshot, which is {@link SnapshotStore#latest}. */
  void install(SnapshotStore.Meta snapshot);

  /** The newest configuration in the log is another one now (perhaps not committed yet). */
  void membershipChanged(Membership membership);

  /** The end of the log was cut off from this index on, as the leader's has another (3.5). */
  default void truncated(long index) {}

  /** These entries are in the log now, not yet durable. */
  default void appended(List<Entry> entries) {}

  /**
   * A round of reads has begun (6.4).
   *
   * @param index what was committed then
   * @param reads those that it confirms; not to be kept
   */
  default void roundBegun(long round, long index, List<PendingRead> reads) {}

  /** The role, the term or the leader changed: for logs, for status, for whoever waits for it. */
  void roleChanged();
}
