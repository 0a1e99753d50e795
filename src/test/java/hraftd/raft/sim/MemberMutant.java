package hraftd.raft.sim;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Configurations;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.Raft;

/** Faults in who counts as a member (dissertation, chapter 4). */
public enum MemberMutant implements Mutant {
  COUNT_A_LEARNERS_ACKNOWLEDGEMENT(2) {
    @Override
    public FaultMix mix() {
      return FaultMix.LEARNERS;
    }

    @Override
    public Quorum quorum(Leader leader) {
      return new Quorum(leader) {
        @Override
        public long match() {
          Membership membership = raft.membership();
          long[] matches =
              membership.members().stream().mapToLong(m -> match(m.node())).sorted().toArray();
          return matches[matches.length - membership.quorum()];
        }
      };
    }
  },

  CHANGE_MEMBERS_AT_COMMIT(2) {
    @Override
    public FaultMix mix() {
      return FaultMix.MEMBERS;
    }

    /** Two leaders need two changes, and a follower that has heard of neither: too rare. */
    @Override
    public boolean getsStuck() {
      return true;
    }

    @Override
    public Membership inForce(Configurations configurations, long commitIndex) {
      return configurations.at(commitIndex);
    }
  },

  CHANGE_TWO_MEMBERS_AT_ONCE(1) {
    @Override
    public FaultMix mix() {
      return FaultMix.MEMBERS;
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

  VOTE_WITH_THE_OLD_IDENTITY_AFTER_A_WIPE(7) {
    @Override
    public FaultMix mix() {
      return FaultMix.DISKS;
    }

    @Override
    public NodeId idAfterWipe(NodeId id, long newIncarnation) {
      return id;
    }
  };

  private final int foundBy;

  MemberMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
