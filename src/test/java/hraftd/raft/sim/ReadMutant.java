package hraftd.raft.sim;

import hraftd.raft.core.Answers;
import hraftd.raft.core.Follower;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;
import hraftd.raft.core.Read;

/** Faults in linearizable reads (dissertation, 6.4). */
public enum ReadMutant implements Mutant {
  SERVE_READS_WITHOUT_A_ROUND(79) {
    @Override
    public SimFaults.Mix mix() {
      return SimFaults.Mix.STALLS;
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

  CONFIRM_A_ROUND_OF_AN_OLD_TERM(22) {
    @Override
    public SimFaults.Mix mix() {
      return SimFaults.Mix.OLD_MESSAGES;
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

  SERVE_LOCAL_READS_AS_LINEARIZABLE(0) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected void read(Read read) {
          read.ready();
        }
      };
    }
  },

  SERVE_BEFORE_THE_OWN_TERM_IS_COMMITTED(0) {
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
