package hraftd.raft.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proposals that other processes hand on to a leader: each is decided about once in its term,
 * however often it comes. Owned by the Raft thread.
 */
public class ForwardedProposals {

  /** Sequences of one other process that have been decided about. */
  private static final class Taken {
    long floor;
    final Set<Long> sequences = new HashSet<>();

    /** Those of them that were refused: they stay so, as their proposers have been told. */
    final Map<Long, Message.Reason> refused = new HashMap<>();

    void raiseFloor(long to) {
      if (to > floor) {
        floor = to;
        sequences.removeIf(s -> s < to);
        refused.keySet().removeIf(s -> s < to);
      }
    }
  }

  private final Leader leader;
  private final Raft raft;
  private final Map<Long, Taken> taken = new HashMap<>();

  /** None yet. */
  protected ForwardedProposals(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
  }

  /** It came twice, or so late that its proposer waits no more. */
  protected boolean isTaken(long sequence, long floor, Set<Long> sequences) {
    return sequence < floor || sequences.contains(sequence);
  }

  /** A refusal is final, or its proposer would be told of it though a copy was taken. */
  protected boolean remembers(Message.@Nullable Reason refusal) {
    return true;
  }

  /** How many proposals it remembers. */
  final int remembered() {
    return taken.values().stream().mapToInt(t -> t.sequences.size()).sum();
  }

  void receive(Message.Forward m) {
    if (!leader.open()) {
      return; // the proposer tries again, here or at the next leader
    }
    Taken before = taken.computeIfAbsent(m.origin(), o -> new Taken());
    before.raiseFloor(m.floor());
    for (Message.Proposal p : m.proposals()) {
      Message.Reason refusal = decide(m.origin(), p, before);
      if (refusal != null) {
        raft.host.send(
            new Message.Refused(
                raft.self, m.from(), raft.term(), m.origin(), p.sequence(), refusal));
      }
    }
    leader.wantsCommit(m.from(), leader.nextIndex() - 1);
  }

  /** Takes or refuses a proposal of another process, once: the same again gets the same answer. */
  private Message.@Nullable Reason decide(long origin, Message.Proposal p, Taken before) {
    if (isTaken(p.sequence(), before.floor, before.sequences)) {
      return before.refused.get(p.sequence());
    }
    Message.Reason refusal = leader.accept(origin, p.sequence(), p.grows(), p.data());
    if (remembers(refusal)) {
      before.sequences.add(p.sequence());
      if (refusal != null) {
        before.refused.put(p.sequence(), refusal);
      }
    }
    return refusal;
  }
}
