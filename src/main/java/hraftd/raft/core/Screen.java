package hraftd.raft.core;

import hraftd.raft.NodeId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which messages the roles get to see. Anybody who reaches a node's port may speak with a
 * member's name, and a member may have a defect; what cannot be true is refused here, and changes
 * nothing: neither the term nor the log, and the node goes on. Owned by the Raft thread.
 */
final class Screen {

  /**
   * So far ahead a member's term may be: with an election every second a node catches up with that
   * after 136 years, and who lies about it needs a billion of fsyncs to reach the greatest term.
   */
  static final long MAX_TERMS_AHEAD = 1L << 32;

  private final Raft raft;
  private final Acquaintances acquaintances;

  Screen(Raft raft) {
    this.raft = raft;
    this.acquaintances = new Acquaintances(raft);
  }

  /** Called behind every batch. */
  void endOfBatch() {
    acquaintances.tick();
  }

  /** See {@link Raft#trusted}. */
  Set<NodeId> trusted() {
    return acquaintances.lost() ? Set.of() : acquaintances.members();
  }

  boolean isStranger(NodeId node) {
    return acquaintances.isStranger(node);
  }

  /**
   * Why no node of this cluster that is sound has sent this message, for the operator; null if that
   * cannot be said.
   */
  @Nullable String refusal(Message m) {
    if (isStranger(m.from()) && !m.mayBeAStrangers()) {
      if (!m.isLeaders() || !acquaintances.lost()) {
        return m.from() + " is no member here, and may not say " + name(m);
      }
    }
    if (m.term() > Message.MAX_TERM || m.term() - raft.term() > MAX_TERMS_AHEAD) {
      return "term " + m.term() + " is too far ahead of " + raft.term();
    }
    if (m.term() < raft.term()) {
      return null; // It has no effect but an answer.
    }
    NodeId leader = m.term() == raft.term() ? raft.leader() : null;
    boolean asLeader = m.isLeaders() || m instanceof Message.TimeoutNow;
    if (asLeader && leader != null && !leader.equals(m.from())) {
      return m.from() + " speaks as the leader of term " + m.term() + ", which is " + leader;
    }
    if (m instanceof Message.Append append) {
      return refusal(append);
    }
    return m.term() == raft.term() ? raft.role().refusal(m) : null;
  }

  private static String name(Message m) {
    return m.getClass().getSimpleName();
  }

  private @Nullable String refusal(Message.Append m) {
    if (contradicts(m.prevIndex(), m.prevTerm())) {
      return contradiction(m.prevIndex());
    }
    for (Entry entry : m.entries()) {
      if (contradicts(entry.index(), entry.term())) {
        return contradiction(entry.index());
      }
      if (!raft.log.holds(entry.index(), entry.term())) {
        String fault = fault(entry);
        if (fault != null) {
          return "entry " + entry.index() + " of term " + entry.term() + " is unusable: " + fault;
        }
      }
    }
    return null;
  }

  /** True if another entry is committed here. What a snapshot has replaced cannot be compared. */
  private boolean contradicts(long index, long term) {
    RaftLog log = raft.log;
    return index <= raft.commitIndex() && index >= log.firstIndex() - 1 && log.term(index) != term;
  }

  private static String contradiction(long index) {
    return "it has another entry at " + index + ", which is committed here";
  }

  /** Why an entry could not be applied; null if it can. */
  @Nullable String fault(Entry entry) {
    try {
      switch (entry.kind()) {
        case NOOP -> {}
        case COMMAND -> raft.host.checkCommand(entry.data());
        case MEMBERSHIP -> {
          if (MembershipCodec.decode(entry.data()).voters().isEmpty()) {
            return "a membership without voters";
          }
        }
      }
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
