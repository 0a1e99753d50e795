package hraftd.raft.core;

import hraftd.raft.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Linearizable reads on a node that does not lead (6.4): it asks the leader for a read index, one
 * question for all that wait, and serves its own copy once it has applied that index.
 */
final class FollowerReads {

  /** Reads that may be served once the index is applied. */
  private record Confirmed(long index, List<PendingRead> reads) {}

  private final Raft raft;
  private List<PendingRead> waiting = new ArrayList<>();

  /** Those that the question on its way covers; a repeated question covers more, never fewer. */
  private List<PendingRead> asked = new ArrayList<>();

  private final Deque<Confirmed> confirmed = new ArrayDeque<>();

  /**
   * Begins at random: an answer to this node's last life or role must not look like one to this.
   */
  private long request;

  private long askedAt;

  FollowerReads(Raft raft) {
    this.raft = raft;
    this.request = raft.random.nextLong();
  }

  void add(PendingRead read) {
    waiting.add(read);
  }

  void answered(Message.ReadIndexReply reply) {
    if (reply.request() == request && !asked.isEmpty()) {
      confirmed.add(new Confirmed(reply.index(), asked));
      asked = new ArrayList<>();
    }
  }

  void endOfBatch(long now) {
    while (!confirmed.isEmpty() && confirmed.peek().index <= raft.appliedIndex()) {
      confirmed.remove().reads.forEach(PendingRead::ready);
    }
    boolean repeat = !asked.isEmpty() && now - askedAt >= raft.timing.resend();
    if (asked.isEmpty() && waiting.isEmpty()) {
      return;
    }
    NodeId leader = raft.leader();
    if (leader != null && (repeat || asked.isEmpty())) {
      asked.addAll(waiting);
      waiting.clear();
      request++;
      askedAt = now;
      raft.host.send(new Message.ReadIndex(raft.self, leader, raft.term(), request));
    }
  }

  /** True if none waits for anything. */
  boolean isEmpty() {
    return waiting.isEmpty() && asked.isEmpty() && confirmed.isEmpty();
  }

  void sweep() {
    waiting.removeIf(PendingRequest::isDone);
    asked.removeIf(PendingRequest::isDone);
    confirmed.forEach(c -> c.reads.removeIf(PendingRequest::isDone));
  }

  /** All go to the next role, and are confirmed anew. */
  void end() {
    for (Confirmed c : confirmed) {
      raft.keepForNextRole(c.reads);
    }
    raft.keepForNextRole(asked);
    raft.keepForNextRole(waiting);
  }
}
