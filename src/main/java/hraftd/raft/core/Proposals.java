package hraftd.raft.core;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
public final class Proposals {

  /** How long a proposal waits for a leader to be there; a client is told after that. */
  public static final long LEADER_WAIT_NANOS = 900_000_000L;

  /** Bound on the bytes of one Forward message, so that it does not delay others for long. */
  private static final int MAX_FORWARD_BYTES = 512 << 10;

  /** How often the deadlines are looked at. */
  private static final long EXPIRY_NANOS = 20_000_000L;

  /** Hears of a proposal's fate, once, on the Raft thread. */
  public interface Proposer {
    /** Applied here; the result is what {@link RaftHost#apply} gave. */
    void applied(Entry entry, @Nullable Outcome result);

    /** Not applied, or not known to be. */
    void failed(ConsensusException why);
  }

  private static final class Pending {
    final long sequence;
    final byte[] data;
    final boolean grows;
    final long deadline;
    final long since;
    final Proposer proposer;

    /** The term for which it was handed to the log or a leader; 0: to nobody that could take it. */
    long term;

    long sentAt;

    Pending(
        long sequence, byte[] data, boolean grows, long deadline, long since, Proposer proposer) {
      this.sequence = sequence;
      this.data = data;
      this.grows = grows;
      this.deadline = deadline;
      this.since = since;
      this.proposer = proposer;
    }
  }

  private final Raft raft;
  private final long origin;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private Deque<Pending> unsent = new ArrayDeque<>();
  private long nextSequence = 1;
  private long newestTermApplied;
  private long expireAt;

  Proposals(Raft raft, long origin) {
    this.raft = raft;
    this.origin = origin;
  }

  /**
   * Takes a proposal.
   *
   * @param deadline on the host's clock, in nanoseconds
   */
  public void submit(byte[] data, boolean grows, long deadline, Proposer proposer) {
    long sequence = nextSequence++;
    Pending p = new Pending(sequence, data, grows, deadline, raft.host.nanoTime(), proposer);
    pending.put(sequence, p);
    unsent.add(p);
  }

  /** Hands over what waits, repeats what may be lost, and gives up what is too late. */
  void dispatch(long now) {
    if (raft.role() instanceof Leader leader) {
      handTo(leader);
    } else if (raft.leader() != null) {
      repeat(now);
      forward(raft.leader(), now);
    }
    if (now - expireAt >= 0) {
      expireAt = now + EXPIRY_NANOS;
      expire(now);
    }
  }

  /** An entry was applied: it may be the answer to one, and the end of hope for others. */
  void applied(Entry entry, @Nullable Outcome result) {
    if (entry.origin() == origin) {
      Pending p = pending.remove(entry.sequence());
      if (p != null) {
        p.proposer.applied(entry, result);
      }
    }
    if (entry.term() > newestTermApplied) {
      newestTermApplied = entry.term();
      handOverAnew();
    }
  }

  /** A snapshot of this term replaced the state: what it holds of ours is not known. */
  void skippedTo(long term) {
    newestTermApplied = Math.max(newestTermApplied, term);
    end(
        p -> p.term != 0 && p.term <= term,
        new ConsensusException.OutcomeUnknown("a snapshot replaced the log that held the entry"));
  }

  /** The leader did not take it. */
  void refused(Message.Refused m) {
    Pending p = pending.get(m.sequence());
    if (m.origin() == origin && p != null && p.term == m.term()) {
      pending.remove(m.sequence());
      p.proposer.failed(refusal(m.reason()));
    }
  }

  /** Ends all: with this reason those that certainly did not happen, the others as unknown. */
  public void endAll(ConsensusException why) {
    end(p -> p.term == 0, why);
    end(p -> true, new ConsensusException.OutcomeUnknown(String.valueOf(why.getMessage())));
    unsent.clear();
  }

  private void handTo(Leader leader) {
    while (!unsent.isEmpty() && leader.open()) {
      Pending p = unsent.remove();
      if (!waits(p)) {
        continue;
      }
      Message.Reason refusal = leader.accept(origin, p.sequence, p.grows, p.data);
      if (refusal == null) {
        p.term = raft.term();
      } else {
        pending.remove(p.sequence);
        p.proposer.failed(refusal(refusal));
      }
    }
  }

  private void forward(NodeId leader, long now) {
    List<Message.Proposal> batch = new ArrayList<>();
    int bytes = 0;
    while (!unsent.isEmpty()) {
      Pending p = unsent.remove();
      if (!waits(p)) {
        continue;
      }
      p.term = raft.term();
      p.sentAt = now;
      batch.add(new Message.Proposal(p.sequence, p.grows, p.data));
      bytes += p.data.length;
      if (bytes >= MAX_FORWARD_BYTES) {
        send(leader, batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!batch.isEmpty()) {
      send(leader, batch);
    }
  }

  private void send(NodeId leader, List<Message.Proposal> batch) {
    long floor = pending.keySet().iterator().next();
    raft.host.send(new Message.Forward(raft.self, leader, raft.term(), origin, floor, batch));
  }

  /** Sends again what the same leader has perhaps never got; it takes each number once. */
  private void repeat(long now) {
    for (Pending p : pending.values()) {
      if (p.term == 0) {
        continue;
      }
      if (now - p.sentAt < raft.timing.resend()) {
        return; // they are in the order in which they were sent, or nearly so
      }
      if (p.term == raft.term()) {
        unsent.add(p);
      }
    }
  }

  /** Those of older terms have certainly not happened: they begin again. */
  private void handOverAnew() {
    List<Pending> again = new ArrayList<>();
    for (Pending p : pending.values()) {
      if (p.term != 0 && p.term < newestTermApplied) {
        p.term = 0;
        again.add(p);
      }
    }
    if (!again.isEmpty()) {
      Deque<Pending> inOrder = new ArrayDeque<>(again);
      inOrder.addAll(unsent);
      unsent = inOrder;
    }
  }

  private void expire(long now) {
    boolean noLeader = raft.leader() == null;
    Iterator<Pending> all = pending.values().iterator();
    List<Pending> over = new ArrayList<>();
    while (all.hasNext()) {
      Pending p = all.next();
      boolean late = now - p.deadline >= 0;
      if (late || (noLeader && p.term == 0 && now - p.since >= LEADER_WAIT_NANOS)) {
        all.remove();
        over.add(p);
      }
    }
    for (Pending p : over) {
      p.proposer.failed(tooLate(p, noLeader));
    }
  }

  private static ConsensusException tooLate(Pending p, boolean noLeader) {
    if (p.term != 0) {
      return new ConsensusException.OutcomeUnknown(
          "no quorum has confirmed the entry in time; it may still happen");
    }
    return noLeader
        ? new ConsensusException.NoLeader("no leader is known; a majority may be down")
        : new ConsensusException.DeadlinePassed("the leader could not take the entry in time");
  }

  private static ConsensusException refusal(Message.Reason reason) {
    return switch (reason) {
      case DISK_FULL ->
          new ConsensusException.DiskFull(
              "the leader's disk is nearly full: only reads and deletes go on");
      case OVERLOADED -> new ConsensusException.Overloaded("the leader has too much in flight");
    };
  }

  private boolean waits(Pending p) {
    return pending.get(p.sequence) == p;
  }

  private void end(java.util.function.Predicate<Pending> which, ConsensusException why) {
    List<Pending> ended = pending.values().stream().filter(which).toList();
    for (Pending p : ended) {
      pending.remove(p.sequence);
      p.proposer.failed(why);
    }
  }
}
