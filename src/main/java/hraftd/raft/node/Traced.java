package hraftd.raft.node;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.Raft;
import java.util.List;

/** One request that is followed through Raft. Owned by the loop's thread. */
interface Traced {

  /** True once its caller has been told: there is nothing more to follow. */
  boolean isDone();

  /** A message is on its way to a peer. */
  void sent(Raft raft, Message message);

  /** A message of a peer has come, and nothing has followed from it yet. */
  void received(Raft raft, Message message);

  /** Entries were appended to this node's log. */
  default void appended(List<Entry> entries) {}

  /** The log was cut off: the entry at this index is the first that is gone. */
  default void truncated(long index) {}

  /** This entry of this node's log was applied. */
  default void applied(Entry entry) {}

  /** A round of reads has begun; see {@link hraftd.raft.core.RaftHost#roundBegun}. */
  default void roundBegun(long round, long index, List<PendingRead> reads) {}

  /** Looks at what nobody tells: how far disk, commit index and state are. */
  void look(Raft raft);
}
