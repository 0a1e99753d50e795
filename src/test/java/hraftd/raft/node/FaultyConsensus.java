package hraftd.raft.node;

import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.RaftSettings;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.RaftParts;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.sim.ElectionMutant;
import hraftd.raft.sim.ReadMutant;
import java.io.IOException;

/**
 * Consensus with a deliberate fault, on real disks and a real network: for the test that judges
 * {@code hraftd.chaos}. Each fault loses or invents something that clients can see, but only while
 * something else goes wrong too.
 */
public enum FaultyConsensus {

  /** The leader calls committed what only it has. */
  ACKNOWLEDGE_BEFORE_COMMIT(new CommitsAlone()),

  /** Nothing that was written is made durable. */
  NO_FSYNC(RaftParts.SOUND) {
    @Override
    RaftLog log(RaftLog log) {
      return new UnsyncedLog(log);
    }
  },

  /** A follower answers linearizable reads from its own copy. */
  LOCAL_READS(ReadMutant.SERVE_LOCAL_READS_AS_LINEARIZABLE),

  /**
   * A leader that hears from nobody goes on leading, and answers linearizable reads from its own
   * copy.
   */
  LEADS_ALONE(new LeadsAlone()),

  /** A candidate is elected although it lacks entries. */
  IGNORE_THE_CANDIDATES_LOG(ElectionMutant.IGNORE_THE_CANDIDATES_LOG),

  /** A follower that is sent a snapshot keeps the state that it had. */
  DROP_SNAPSHOTS(RaftParts.SOUND) {
    @Override
    RaftHost host(RaftHost host) {
      return new FaultyHost(host) {
        @Override
        public void install(SnapshotStore.Meta snapshot) {}
      };
    }
  },

  /** Now and then a write of several keys writes the first alone. */
  TORN_WRITES(RaftParts.SOUND) {
    @Override
    RaftHost host(RaftHost host) {
      return new FaultyHost(host) {
        @Override
        protected Command altered(long index, Command command) {
          return command instanceof Command.Put put && index % 7 == 0
              ? new Command.Put(put.pairs().subList(0, 1), put.guard())
              : command;
        }
      };
    }
  },

  /** Now and then a conditional write does not look at its condition. */
  UNCONDITIONAL_WRITES(RaftParts.SOUND) {
    @Override
    RaftHost host(RaftHost host) {
      return new FaultyHost(host) {
        @Override
        protected Command altered(long index, Command command) {
          return command instanceof Command.Put put && index % 7 == 0
              ? new Command.Put(put.pairs(), Guard.NONE)
              : command;
        }
      };
    }
  },

  /** A repeated request is a new one. */
  FORGET_REPEATS(RaftParts.SOUND) {
    @Override
    RaftHost host(RaftHost host) {
      return new FaultyHost(host) {
        @Override
        protected Command altered(long index, Command command) {
          return command instanceof Command.Once once ? once.command() : command;
        }
      };
    }
  };

  private final RaftParts parts;

  FaultyConsensus(RaftParts parts) {
    this.parts = parts;
  }

  RaftLog log(RaftLog log) {
    return log;
  }

  RaftHost host(RaftHost host) {
    return host;
  }

  /** As {@link RaftConsensus#open}. */
  public Consensus open(RaftSettings settings, KvState state) throws IOException {
    return RaftConsensus.open(settings, state, new FaultyParts());
  }

  private final class FaultyParts extends NodeParts {
    @Override
    Raft raft(RaftSettings settings, Stores stores, RaftHost host) {
      return raft(settings, log(stores.raftLog()), stores, host(host), parts);
    }
  }

  private static final class CommitsAlone implements RaftParts {
    @Override
    public Leader leader(Raft raft) {
      return new Leader(raft) {
        @Override
        protected long committable() {
          return raft.log.lastIndex();
        }
      };
    }
  }

  private static final class LeadsAlone implements RaftParts {
    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        protected long contact(long now) {
          return now;
        }

        @Override
        protected boolean isLost() {
          return false;
        }

        @Override
        protected boolean confirmed(long round) {
          return true;
        }
      };
    }
  }
}
