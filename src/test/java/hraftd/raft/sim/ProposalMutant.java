package hraftd.raft.sim;

import hraftd.kv.Command;
import hraftd.raft.core.ForwardedProposals;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Faults in taking each write once (dissertation, 6.3). */
public enum ProposalMutant implements Mutant {
  TAKE_A_REPEATED_PROPOSAL(1) {
    @Override
    public ForwardedProposals forwardedProposals(Leader leader) {
      return new ForwardedProposals(leader) {
        @Override
        protected boolean isTaken(long sequence, long floor, Set<Long> sequences) {
          return false;
        }
      };
    }
  },

  TAKE_A_REPEATED_WRITE(1) {
    @Override
    public Command effective(Command command) {
      return command instanceof Command.Once once ? once.command() : command;
    }
  },

  FORGET_A_REFUSAL(44) {
    @Override
    public FaultMix mix() {
      return FaultMix.DISKS;
    }

    @Override
    public ForwardedProposals forwardedProposals(Leader leader) {
      return new ForwardedProposals(leader) {
        @Override
        protected boolean remembers(Message.@Nullable Reason refusal) {
          return refusal == null;
        }
      };
    }
  };

  private final int foundBy;

  ProposalMutant(int foundBy) {
    this.foundBy = foundBy;
  }

  @Override
  public int foundBy() {
    return foundBy;
  }
}
