package hraftd.raft.log;

import hraftd.raft.NodeId;
import hraftd.raft.core.TermStore;
import org.jspecify.annotations.Nullable;

/** Term and vote of a node that keeps nothing. */
public final class MemoryTermStore implements TermStore {
  private long term;
  private @Nullable NodeId votedFor;

  @Override
  public long term() {
    return term;
  }

  @Override
  public @Nullable NodeId votedFor() {
    return votedFor;
  }

  @Override
  public void save(long newTerm, @Nullable NodeId newVote) {
    term = newTerm;
    votedFor = newVote;
  }
}
