package hraftd.raft.sim;

import hraftd.raft.core.Applier;
import hraftd.raft.core.Follower;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import org.jspecify.annotations.Nullable;

/** Faults in what is kept and in how log and snapshot fit (dissertation, chapter 5). */
public enum StoreMutant implements Mutant {
  TAKE_A_LATE_SNAPSHOT(6) {
    @Override
    public FaultMix mix() {
      return FaultMix.SNAPSHOTS;
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

  DROP_A_TAIL_THAT_FITS_THE_SNAPSHOT(61) {
    @Override
    public FaultMix mix() {
      return FaultMix.SNAPSHOTS;
    }

    @Override
    public Applier applier(Raft raft) {
      return new Applier(raft) {
        @Override
        protected boolean tailFits(SnapshotStore.Meta snapshot) {
          return false;
        }
      };
    }
  },

  KEEP_A_LOG_THAT_THE_SNAPSHOT_HAS_OVERTAKEN(1) {
    @Override
    public FaultMix mix() {
      return FaultMix.SNAPSHOTS;
    }

    @Override
    public void fit(RaftLog log, SnapshotStore.@Nullable Meta snapshot) {}
  },

  LEAVE_THE_LOG_TO_THE_SYSTEM(1) {
    @Override
    public String neverForced() {
      return "log";
    }
  },

  LEAVE_THE_VOTE_TO_THE_SYSTEM(1) {
    @Override
    public String neverForced() {
      return "term";
    }
  },

  LEAVE_SNAPSHOTS_TO_THE_SYSTEM(1) {
    @Override
    public String neverForced() {
      return "snapshot";
    }
  };

  private final int foundBy;

  StoreMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
