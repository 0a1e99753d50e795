package hraftd.raft.sim;

import hraftd.raft.NodeId;
import hraftd.raft.core.Answers;
import hraftd.raft.core.Raft;
import hraftd.raft.core.Suffrage;
import hraftd.raft.core.TermStore;
import org.jspecify.annotations.Nullable;

/** Faults in giving votes (dissertation, 3.4 and 3.6.1). */
public enum ElectionMutant implements Mutant {
  VOTE_TWICE(1) {
    @Override
    public Answers answers(Raft raft) {
      return new Answers(raft) {
        @Override
        protected boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
          return true;
        }
      };
    }
  },

  FORGET_THE_VOTE(2) {
    @Override
    public FaultMix mix() {
      return FaultMix.ELECTIONS;
    }

    @Override
    public TermStore terms(TermStore stores) {
      return new TermStore() {
        private @Nullable NodeId vote;

        @Override
        public long term() {
          return stores.term();
        }

        @Override
        public @Nullable NodeId votedFor() {
          return vote;
        }

        @Override
        public void save(long term, @Nullable NodeId votedFor) {
          stores.save(term, null);
          vote = votedFor;
        }
      };
    }
  },

  VOTE_WITH_A_ROTTEN_LOG(1) {
    @Override
    public FaultMix mix() {
      return FaultMix.ROTTEN_DISKS;
    }

    @Override
    public boolean mayVote(Suffrage suffrage) {
      return true;
    }
  },

  IGNORE_THE_CANDIDATES_LOG(7) {
    @Override
    public Answers answers(Raft raft) {
      return new Answers(raft) {
        @Override
        protected boolean upToDate(long lastIndex, long lastTerm) {
          return true;
        }
      };
    }
  };

  private final int foundBy;

  ElectionMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
