package hraftd.raft.sim;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Follower;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Faults in what is acknowledged, compared and committed (dissertation, 3.5 and 3.6). */
public enum ReplicationMutant implements Mutant {
  ACKNOWLEDGE_BEFORE_FSYNC(1) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected long durable() {
          return verified();
        }
      };
    }
  },

  ACKNOWLEDGE_WHAT_WAS_NOT_VERIFIED(5) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected long durable() {
          return raft.log.syncedIndex();
        }
      };
    }
  },

  LEADER_COUNTS_ITSELF_BEFORE_FSYNC(4) {
    @Override
    public FaultMix mix() {
      return FaultMix.MAJORITIES;
    }

    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        protected long ownMatch() {
          return raft.log.lastIndex();
        }
      };
    }
  },

  COMMIT_AN_OLD_TERM_BY_COUNTING(68) {
    @Override
    public FaultMix mix() {
      return FaultMix.OLD_TERMS;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected long committable() {
          return Math.max(quorum.match(), raft.commitIndex());
        }
      };
    }
  },

  SKIP_THE_EMPTY_ENTRY(1) {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected void begin() {}
      };
    }
  },

  COMPARE_ONLY_THE_FIRST_ENTRY(8) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected int store(List<Entry> entries) {
          if (entries.isEmpty()
              || entries.get(0).index() > raft.log.lastIndex()
              || entries.get(0).index() < raft.log.firstIndex()
              || raft.log.term(entries.get(0).index()) != entries.get(0).term()) {
            return super.store(entries);
          }
          super.store(entries.stream().filter(e -> e.index() > raft.log.lastIndex()).toList());
          return entries.size();
        }
      };
    }
  },

  COMMIT_WHAT_WAS_NOT_VERIFIED(17) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected long committable(long leaderCommitIndex) {
          return Math.min(leaderCommitIndex, raft.log.lastIndex());
        }
      };
    }
  },

  COUNT_ACKNOWLEDGEMENTS_BY_MESSAGE(1) {
    /** Of a leader and what counts for it. */
    private final class Counting extends Leader {
      private final Map<Long, Integer> count = new TreeMap<>();
      private long most;

      Counting(Raft raft) {
        super(raft);
      }

      @Override
      protected void receive(Message message) {
        super.receive(message);
        if (message instanceof Message.AppendReply m
            && m.matched()
            && count.merge(m.index(), 1, Integer::sum) + 1 >= raft.membership().quorum()) {
          most = Math.max(most, m.index());
        }
      }
    }

    @Override
    public Leader leader(Raft raft) {
      return new Counting(raft);
    }

    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        public long match() {
          return Math.max(super.match(), Math.min(((Counting) leader).most, ownMatch()));
        }
      };
    }
  },

  TRUNCATE_BEHIND_EVERY_MESSAGE(6) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected int store(List<Entry> entries) {
          int stored = super.store(entries);
          if (!entries.isEmpty()) {
            long behind = entries.get(entries.size() - 1).index() + 1;
            if (behind > raft.commitIndex() && behind <= raft.log.lastIndex()) {
              truncateFrom(behind);
            }
          }
          return stored;
        }
      };
    }
  };

  private final int foundBy;

  ReplicationMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
