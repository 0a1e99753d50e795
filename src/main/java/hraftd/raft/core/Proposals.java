package hraftd.raft.core;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This process's proposals until their fate is known: on the leader they go into the log, elsewhere
 * to the leader over the network, again and again while that is harmless.
 *
 * <p>Every entry names the process that proposed it and the proposal's number, so the answer is the
 * log itself: a proposal has happened when its entry is applied here. It is handed over for one
 * term, and a leader takes each number at most once in its term; so once an entry of a higher term
 * is applied and the proposal was not before it, it can never happen in the old term, and it is
 * handed over anew in the new one. It is never applied twice, and its outcome is unknown only if
 * the deadline passes in between.
 */
final class Proposals {

  private final Raft raft;
  private final long origin;
  private final Map<Long, PendingWrite> pending = new LinkedHashMap<>();
  private Deque<PendingWrite> unsent = new ArrayDeque<>();
  private long nextSequence = 1;
  private long newestTermApplied;

  Proposals(Raft raft, long origin) {
    this.raft = raft;
    this.origin = origin;
  }

  /** Takes a write. */
  void submit(PendingWrite write) {
    write.number(nextSequence++);
    pending.put(write.sequence(), write);
    unsent.add(write);
  }

  /** How many were taken and have no outcome yet. */
  int open() {
    return pending.size();
  }

  /** Hands over what waits, and repeats what may be lost. */
  void dispatch(long now) {
    if (raft.role() instanceof Leader leader) {
      handTo(leader);
    } else if (raft.leader() != null) {
      repeat(now);
      forward(raft.leader(), now);
    }
  }

  /** An entry with a command was applied: it may be the answer to one. */
  void applied(Entry entry, Outcome outcome) {
    PendingWrite write = entry.origin() == origin ? pending.remove(entry.sequence()) : null;
    if (write != null) {
      write.succeed(outcome);
    }
  }

  /** An entry of this term was applied: there is no hope in older terms any more. */
  void reached(long term) {
    if (term > newestTermApplied) {
      newestTermApplied = term;
      handOverAnew();
    }
  }

  /** A snapshot of this term replaced the state: what it holds of ours is not known. */
  void skippedTo(long term) {
    newestTermApplied = Math.max(newestTermApplied, term);
    ConsensusException why =
        new ConsensusException.OutcomeUnknown("a snapshot replaced the log that held the entry");
    pending
        .values()
        .removeIf(
            write -> {
              boolean mayBeInIt = write.term() != 0 && write.term() <= term;
              if (mayBeInIt) {
                write.fail(why);
              }
              return mayBeInIt;
            });
  }

  /** The leader did not take it. */
  void refused(Message.Refused m) {
    PendingWrite write = pending.get(m.sequence());
    if (m.origin() == origin && write != null && write.term() == m.term()) {
      pending.remove(m.sequence());
      write.fail(refusal(m.reason()));
    }
  }

  void sweep() {
    pending.values().removeIf(PendingRequest::isDone);
  }

  private void handTo(Leader leader) {
    while (!unsent.isEmpty() && leader.takesProposals()) {
      PendingWrite write = unsent.remove();
      if (!waits(write)) {
        continue;
      }
      Message.Reason refusal = leader.accept(origin, write.sequence(), write.grows(), write.data());
      if (refusal == null) {
        write.sent(raft.term(), raft.host.nanoTime());
      } else {
        pending.remove(write.sequence());
        write.fail(refusal(refusal));
      }
    }
  }

  private void forward(NodeId leader, long now) {
    List<Message.Proposal> batch = new ArrayList<>();
    int bytes = 0;
    while (!unsent.isEmpty()) {
      PendingWrite write = unsent.remove();
      if (!waits(write)) {
        continue;
      }
      if (write.term() == 0 && !isKnownToAll(write)) {
        pending.remove(write.sequence());
        write.fail(refusal(Message.Reason.UNKNOWN_COMMAND));
        continue;
      }
      write.sent(raft.term(), now);
      batch.add(new Message.Proposal(write.sequence(), write.grows(), write.data()));
      bytes += write.data().length;
      if (bytes >= Message.Forward.MAX_BYTES || batch.size() >= Message.Forward.MAX_PROPOSALS) {
        send(leader, batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!batch.isEmpty()) {
      send(leader, batch);
    }
  }

  /** True if it is still to happen; from then on it may, whatever its caller is told. */
  private boolean waits(PendingWrite write) {
    return pending.get(write.sequence()) == write && write.handOver();
  }

  /** A leader of an older version would take what it cannot apply. */
  private boolean isKnownToAll(PendingWrite write) {
    WireFormat needed = raft.host.formatOf(write.data());
    return needed == WireFormat.OLDEST || raft.role().commonFormat().covers(needed);
  }

  private void send(NodeId leader, List<Message.Proposal> batch) {
    long floor = pending.keySet().iterator().next();
    raft.host.send(new Message.Forward(raft.self, leader, raft.term(), origin, floor, batch));
  }

  /** Sends again what the same leader has perhaps never got; it takes each number once. */
  private void repeat(long now) {
    for (PendingWrite write : pending.values()) {
      if (write.term() == 0) {
        continue;
      }
      if (now - write.sentAt() < raft.timing.resend()) {
        return; // they are in the order in which they were sent, or nearly so
      }
      if (write.term() == raft.term()) {
        unsent.add(write);
      }
    }
  }

  /** Those of older terms have certainly not happened: they begin again. */
  private void handOverAnew() {
    List<PendingWrite> again = new ArrayList<>();
    for (PendingWrite write : pending.values()) {
      if (write.term() != 0 && write.term() < newestTermApplied) {
        write.beginAgain();
        again.add(write);
      }
    }
    if (!again.isEmpty()) {
      Deque<PendingWrite> inOrder = new ArrayDeque<>(again);
      inOrder.addAll(unsent);
      unsent = inOrder;
    }
  }

  private static ConsensusException refusal(Message.Reason reason) {
    return switch (reason) {
      case DISK_FULL ->
          new ConsensusException.DiskFull(
              "the leader's disk is nearly full: only reads and deletes go on");
      case MEMORY_FULL ->
          new ConsensusException.MemoryFull(
              "the heap of the leader, or of another voter, is nearly full: only reads and deletes"
                  + " go on");
      case OVERLOADED -> new ConsensusException.Overloaded("the leader has too much in flight");
      case UNKNOWN_COMMAND ->
          new ConsensusException.NotSupported(
              "not all members know this command: some run an older version");
    };
  }
}
