package hraftd.raft.core;

import hraftd.raft.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proposals that other processes hand on to a leader: each is decided about once in its term,
 * however often it comes. Owned by the Raft thread.
 */
final class ForwardedProposals {

  /** Processes of one node: one that runs, and those before it in this term. */
  private static final int MAX_ORIGINS = 64;

  /** Longer than any proposal waits: a process that was silent for so long has none any more. */
  private static final long IDLE_NANOS = 60_000_000_000L;

  /** Proposals remembered at once; many times what all nodes may have in flight. */
  private static final int MAX_REMEMBERED = 1 << 18;

  /** Sequences of one other process that have been decided about. */
  private static final class Taken {
    long floor;
    long usedAt;
    final Set<Long> sequences = new HashSet<>();

    /** Those of them that were refused: they stay so, as their proposers have been told. */
    final Map<Long, Message.Reason> refused = new HashMap<>();

    /** It came twice, or so late that its proposer waits no more. */
    boolean hasDecided(long sequence) {
      return sequence < floor || sequences.contains(sequence);
    }

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

  /** By node and by origin. */
  private final Map<NodeId, Map<Long, Taken>> taken = new HashMap<>();

  /** None yet. */
  ForwardedProposals(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
  }

  /** How many proposals it remembers. */
  int remembered() {
    return taken.values().stream()
        .flatMap(origins -> origins.values().stream())
        .mapToInt(t -> t.sequences.size())
        .sum();
  }

  void receive(Message.Forward m) {
    if (!leader.takesProposals()) {
      return; // the proposer tries again, here or at the next leader
    }
    Taken before = taken(m.from(), m.origin());
    if (before == null) {
      return;
    }
    before.raiseFloor(m.floor());
    if (remembered() + m.proposals().size() > MAX_REMEMBERED) {
      return;
    }
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

  /** What is remembered of a process; null if its node seems to have too many of them. */
  private @Nullable Taken taken(NodeId node, long origin) {
    Map<Long, Taken> origins = taken.computeIfAbsent(node, n -> new HashMap<>());
    long now = raft.host.nanoTime();
    if (!origins.containsKey(origin) && origins.size() >= MAX_ORIGINS) {
      origins.values().removeIf(t -> now - t.usedAt > IDLE_NANOS);
      if (origins.size() >= MAX_ORIGINS) {
        return null;
      }
    }
    Taken found = origins.computeIfAbsent(origin, o -> new Taken());
    found.usedAt = now;
    return found;
  }

  /** Takes or refuses a proposal of another process, once: the same again gets the same answer. */
  private Message.@Nullable Reason decide(long origin, Message.Proposal p, Taken before) {
    if (before.hasDecided(p.sequence())) {
      return before.refused.get(p.sequence());
    }
    Message.Reason refusal =
        isReadable(p)
            ? leader.accept(origin, p.sequence(), p.grows(), p.data())
            : Message.Reason.UNKNOWN_COMMAND;
    // Final also if refused, or its proposer would be told of it though a copy was taken.
    before.sequences.add(p.sequence());
    if (refusal != null) {
      before.refused.put(p.sequence(), refusal);
    }
    return refusal;
  }

  /** What cannot be applied never gets into the log. */
  private boolean isReadable(Message.Proposal p) {
    try {
      raft.host.checkCommand(p.data());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
