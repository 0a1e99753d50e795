package hraftd.raft.sim;

import hraftd.raft.core.Answers;
import hraftd.raft.core.Follower;
import hraftd.raft.core.Leader;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;
import hraftd.raft.core.ReadRounds;

/** Faults in linearizable reads (dissertation, 6.4). */
public enum ReadMutant implements Mutant {
  SERVE_READS_WITHOUT_A_ROUND(4) {
    @Override
    public FaultMix mix() {
      return FaultMix.STALLS;
    }

    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        protected boolean confirmed(long round) {
          return true;
        }
      };
    }
  },

  /** Where a clock is slow, or the process stood still, the lease is over before it seems so. */
  READ_BY_LEASE(2) {
    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        protected boolean confirmed(long round) {
          return !isLost();
        }
      };
    }
  },

  JOIN_THE_RUNNING_ROUND(16) {
    @Override
    public FaultMix mix() {
      return FaultMix.STALLS;
    }

    @Override
    public ReadRounds readRounds(Leader leader) {
      return new ReadRounds(leader) {
        @Override
        protected boolean coversLaterReads() {
          return true;
        }
      };
    }
  },

  CONFIRM_A_ROUND_OF_AN_OLD_TERM(2) {
    @Override
    public FaultMix mix() {
      return FaultMix.OLD_MESSAGES;
    }

    @Override
    public Answers answers(Raft raft) {
      return new Answers(raft) {
        @Override
        protected long confirmedOfOld(long round) {
          return round;
        }
      };
    }
  },

  SERVE_LOCAL_READS_AS_LINEARIZABLE(1) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected void read(PendingRead read) {
          read.ready();
        }
      };
    }
  },

  SERVE_BEFORE_THE_OWN_TERM_IS_COMMITTED(1) {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected boolean ownTermCommitted() {
          return true;
        }
      };
    }
  };

  private final int foundBy;

  ReadMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
