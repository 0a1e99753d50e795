package hraftd.raft;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a simulation runs: the real Raft, or one with a deliberate fault that it has to find. */
enum Mutant {
  NONE(0),

  ACKNOWLEDGE_BEFORE_FSYNC(7) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        long durable() {
          return verified();
        }
      };
    }
  },

  ACKNOWLEDGE_WHAT_WAS_NOT_VERIFIED(7) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        long durable() {
          return raft.log.syncedIndex();
        }
      };
    }
  },

  LEADER_COUNTS_ITSELF_BEFORE_FSYNC(10) {
    @Override
    SimCluster.Mix mix() {
      return SimCluster.Mix.MAJORITIES;
    }

    @Override
    Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        long ownMatch() {
          return raft.log.lastIndex();
        }
      };
    }
  },

  COMMIT_AN_OLD_TERM_BY_COUNTING(370) {
    @Override
    SimCluster.Mix mix() {
      return SimCluster.Mix.OLD_TERMS;
    }

    @Override
    Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        long committable() {
          return Math.max(majorityMatch(), raft.commitIndex());
        }
      };
    }
  },

  SKIP_THE_EMPTY_ENTRY(1) {
    @Override
    Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        void begin() {}
      };
    }
  },

  SERVE_READS_WITHOUT_A_ROUND(93) {
    @Override
    SimCluster.Mix mix() {
      return SimCluster.Mix.STALLS;
    }

    @Override
    Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        ReadRounds newRounds() {
          return new ReadRounds(this) {
            @Override
            boolean confirmed(long ofRound) {
              return true;
            }
          };
        }
      };
    }
  },

  SERVE_LOCAL_READS_AS_LINEARIZABLE(1) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        void read(Read read) {
          read.ready();
        }
      };
    }
  },

  COMPARE_ONLY_THE_FIRST_ENTRY(2) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        int store(List<Entry> entries) {
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

  COMMIT_WHAT_WAS_NOT_VERIFIED(9) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        long committable(long leaderCommitIndex) {
          return Math.min(leaderCommitIndex, raft.log.lastIndex());
        }
      };
    }
  },

  TAKE_A_LATE_SNAPSHOT(103) {
    @Override
    Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        boolean isNews(SnapshotStore.Meta meta) {
          return true;
        }
      };
    }
  },

  TAKE_A_REPEATED_PROPOSAL(1) {
    @Override
    Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        boolean isTaken(long sequence, long floor, Set<Long> sequences) {
          return false;
        }
      };
    }
  },

  VOTE_TWICE(9) {
    @Override
    boolean mayVoteFor(boolean allowed) {
      return true;
    }
  },

  FORGET_THE_VOTE(906) {
    @Override
    SimCluster.Mix mix() {
      return SimCluster.Mix.ELECTIONS;
    }

    @Override
    TermStore terms(SimStores stores) {
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

  IGNORE_THE_CANDIDATES_LOG(1) {
    @Override
    boolean upToDate(boolean isUpToDate) {
      return true;
    }
  };

  static final Timing TIMING =
      new Timing(/* election= */ 200 * SimCluster.MILLI, /* heartbeat= */ 25 * SimCluster.MILLI);

  private final int foundBy;

  Mutant(int foundBy) {
    this.foundBy = foundBy;
  }

  /** The seed that found it when it was last searched for: the first to be tried. */
  int foundBy() {
    return foundBy;
  }

  /** The faults that put to the test what it breaks; null: any. */
  SimCluster.@Nullable Mix mix() {
    return null;
  }

  Leader leader(Raft raft) {
    return new Leader(raft);
  }

  Follower follower(Raft raft) {
    return new Follower(raft);
  }

  TermStore terms(SimStores stores) {
    return stores;
  }

  boolean mayVoteFor(boolean allowed) {
    return allowed;
  }

  boolean upToDate(boolean isUpToDate) {
    return isUpToDate;
  }

  /** A node of this kind on the stores it left off with. */
  Raft raft(
      NodeId id,
      Membership initial,
      long origin,
      SimLog log,
      SimStores stores,
      RaftHost host,
      RandomGenerator random) {
    return new Raft(id, initial, origin, TIMING, log, terms(stores), stores, host, random) {
      @Override
      Leader newLeader() {
        return Mutant.this.leader(this);
      }

      @Override
      Follower newFollower() {
        return Mutant.this.follower(this);
      }

      @Override
      boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
        return Mutant.this.mayVoteFor(super.mayVoteFor(votedFor, candidate));
      }

      @Override
      boolean upToDate(long lastIndex, long lastTerm) {
        return Mutant.this.upToDate(super.upToDate(lastIndex, lastTerm));
      }
    };
  }
}
