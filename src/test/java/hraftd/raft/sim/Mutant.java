package hraftd.raft.sim;

import hraftd.kv.Command;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Configurations;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Follower;
import hraftd.raft.core.ForwardedProposals;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.Read;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.core.TermStore;
import hraftd.raft.core.Timing;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a simulation runs: the real Raft, or one with a deliberate fault that it has to find. */
public enum Mutant {
  NONE(0),

  ACKNOWLEDGE_BEFORE_FSYNC(0) {
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

  ACKNOWLEDGE_WHAT_WAS_NOT_VERIFIED(2) {
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

  LEADER_COUNTS_ITSELF_BEFORE_FSYNC(0) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.MAJORITIES;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected Quorum newQuorum() {
          return new Quorum(this) {
            @Override
            protected long ownMatch() {
              return raft.log.lastIndex();
            }
          };
        }
      };
    }
  },

  COMMIT_AN_OLD_TERM_BY_COUNTING(60) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.OLD_TERMS;
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

  SKIP_THE_EMPTY_ENTRY(0) {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected void begin() {}
      };
    }
  },

  SERVE_READS_WITHOUT_A_ROUND(79) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.STALLS;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected Quorum newQuorum() {
          return new Quorum(this) {
            @Override
            protected boolean confirmed(long round) {
              return true;
            }
          };
        }
      };
    }
  },

  CONFIRM_A_ROUND_OF_AN_OLD_TERM(22) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.OLD_MESSAGES;
    }

    @Override
    boolean answersRoundsOfOldTerms() {
      return true;
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

  COMPARE_ONLY_THE_FIRST_ENTRY(3) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        public int store(List<Entry> entries) {
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

  COMMIT_WHAT_WAS_NOT_VERIFIED(3) {
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

  TAKE_A_LATE_SNAPSHOT(90) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.SNAPSHOTS;
    }

    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        protected boolean isNews(SnapshotStore.Meta meta) {
          return true;
        }
      };
    }
  },

  TAKE_A_REPEATED_PROPOSAL(0) {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected ForwardedProposals newForwardedProposals() {
          return new ForwardedProposals(this) {
            @Override
            protected boolean isTaken(long sequence, long floor, Set<Long> sequences) {
              return false;
            }
          };
        }
      };
    }
  },

  TAKE_A_REPEATED_WRITE(0) {
    @Override
    Command effective(Command command) {
      return command instanceof Command.Once once ? once.command() : command;
    }
  },

  VOTE_TWICE(1) {
    @Override
    public boolean mayVoteFor(boolean allowed) {
      return true;
    }
  },

  FORGET_THE_VOTE(5) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.ELECTIONS;
    }

    @Override
    TermStore terms(TermStore stores) {
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

  IGNORE_THE_CANDIDATES_LOG(2) {
    @Override
    public boolean upToDate(boolean isUpToDate) {
      return true;
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
  },

  COUNT_A_LEARNERS_ACKNOWLEDGEMENT(2) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.LEARNERS;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected Quorum newQuorum() {
          return new Quorum(this) {
            @Override
            public long match() {
              long[] matches =
                  raft.membership().members().stream()
                      .mapToLong(m -> match(m.node()))
                      .sorted()
                      .toArray();
              return matches[matches.length - raft.membership().quorum()];
            }
          };
        }
      };
    }
  },

  COUNT_ACKNOWLEDGEMENTS_BY_MESSAGE(1) {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        private final Map<Long, Integer> count = new TreeMap<>();
        private long most;

        @Override
        public void receive(Message message) {
          super.receive(message);
          if (message instanceof Message.AppendReply m
              && m.matched()
              && count.merge(m.index(), 1, Integer::sum) + 1 >= raft.membership().quorum()) {
            most = Math.max(most, m.index());
          }
        }

        @Override
        protected Quorum newQuorum() {
          return new Quorum(this) {
            @Override
            public long match() {
              return Math.max(super.match(), Math.min(most, ownMatch()));
            }
          };
        }
      };
    }
  },

  TRUNCATE_BEHIND_EVERY_MESSAGE(1) {
    @Override
    public Follower follower(Raft raft) {
      return new Follower(raft) {
        @Override
        public int store(List<Entry> entries) {
          int stored = super.store(entries);
          if (!entries.isEmpty()) {
            long behind = entries.get(entries.size() - 1).index() + 1;
            if (behind > raft.commitIndex() && behind <= raft.log.lastIndex()) {
              raft.truncateFrom(behind);
            }
          }
          return stored;
        }
      };
    }
  },

  CHANGE_MEMBERS_AT_COMMIT(2) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.MEMBERS;
    }

    /** Two leaders need two changes, and a follower that has heard of neither: too rare. */
    @Override
    boolean getsStuck() {
      return true;
    }

    @Override
    Membership members(Configurations configurations, long commitIndex) {
      return configurations.at(commitIndex);
    }
  },

  CHANGE_TWO_MEMBERS_AT_ONCE(4) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.MEMBERS;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected boolean mayChange() {
          return ownTermCommitted();
        }
      };
    }
  },

  FORGET_A_REFUSAL(40) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.DISKS;
    }

    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected ForwardedProposals newForwardedProposals() {
          return new ForwardedProposals(this) {
            @Override
            protected boolean remembers(Message.@Nullable Reason refusal) {
              return refusal == null;
            }
          };
        }
      };
    }
  },

  DROP_A_TAIL_THAT_FITS_THE_SNAPSHOT(40) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.SNAPSHOTS;
    }

    @Override
    boolean tailFits(boolean fits) {
      return false;
    }
  },

  KEEP_A_LOG_THAT_THE_SNAPSHOT_HAS_OVERTAKEN(7) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.SNAPSHOTS;
    }

    @Override
    void fit(RaftLog log, SnapshotStore.@Nullable Meta snapshot) {}
  },

  LEAVE_THE_LOG_TO_THE_SYSTEM(0) {
    @Override
    String neverForced() {
      return "log";
    }
  },

  LEAVE_THE_VOTE_TO_THE_SYSTEM(0) {
    @Override
    String neverForced() {
      return "term";
    }
  },

  LEAVE_SNAPSHOTS_TO_THE_SYSTEM(0) {
    @Override
    String neverForced() {
      return "snapshot";
    }
  },

  VOTE_WITH_THE_OLD_IDENTITY_AFTER_A_WIPE(3) {
    @Override
    SimFaults.Mix mix() {
      return SimFaults.Mix.DISKS;
    }

    @Override
    NodeId idAfterWipe(NodeId id, long newIncarnation) {
      return id;
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
  SimFaults.@Nullable Mix mix() {
    return null;
  }

  /** An fsync does nothing for files whose names begin so; null: all are forced. */
  @Nullable String neverForced() {
    return null;
  }

  /** It is found because something does not go on; else a promise must be broken. */
  boolean getsStuck() {
    return false;
  }

  /** What the state is asked to do if the log says this. */
  Command effective(Command command) {
    return command;
  }

  public Leader leader(Raft raft) {
    return new Leader(raft);
  }

  public Follower follower(Raft raft) {
    return new Follower(raft);
  }

  TermStore terms(TermStore stores) {
    return stores;
  }

  Membership members(Configurations configurations, long commitIndex) {
    return configurations.current();
  }

  boolean tailFits(boolean fits) {
    return fits;
  }

  /** What is done before a node starts on what a crash has left. */
  void fit(RaftLog log, SnapshotStore.@Nullable Meta snapshot) {
    try {
      Stores.fit(Path.of("sim"), log, snapshot);
    } catch (StoreDamagedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who a node is after its disk was wiped. */
  NodeId idAfterWipe(NodeId id, long newIncarnation) {
    return new NodeId(id.id(), newIncarnation);
  }

  boolean answersRoundsOfOldTerms() {
    return false;
  }

  public boolean mayVoteFor(boolean allowed) {
    return allowed;
  }

  public boolean upToDate(boolean isUpToDate) {
    return isUpToDate;
  }

  /** A node of this kind on the stores it left off with. */
  Raft raft(
      NodeId id,
      Membership initial,
      long origin,
      SimStorage storage,
      RaftHost host,
      RandomGenerator random) {
    return new Raft(
        id,
        initial,
        origin,
        TIMING,
        storage.log(),
        terms(storage.terms()),
        storage.snapshots(),
        host,
        random) {
      @Override
      protected Leader newLeader() {
        return Mutant.this.leader(this);
      }

      @Override
      protected Follower newFollower() {
        return Mutant.this.follower(this);
      }

      @Override
      public Membership membership() {
        return Mutant.this.members(configurations, commitIndex());
      }

      @Override
      public boolean tailFits(SnapshotStore.Meta snapshot) {
        return Mutant.this.tailFits(super.tailFits(snapshot));
      }

      @Override
      public void answerOldTerm(Message m) {
        if (m instanceof Message.Append a && answersRoundsOfOldTerms()) {
          host.send(new Message.AppendReply(self, a.from(), term(), false, 0, a.round()));
        } else {
          super.answerOldTerm(m);
        }
      }

      @Override
      public boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
        return Mutant.this.mayVoteFor(super.mayVoteFor(votedFor, candidate));
      }

      @Override
      public boolean upToDate(long lastIndex, long lastTerm) {
        return Mutant.this.upToDate(super.upToDate(lastIndex, lastTerm));
      }
    };
  }
}
