package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linearizable reads on the leader (6.4): a round of messages to a quorum, begun after the read
 * came in, shows that it still led then; all reads that wait share a round. Nothing is written.
 */
final class ReadRounds {

  private final Leader leader;
  private final Raft raft;
  private final Confirmers confirmers;
  private List<PendingRead> waiting = new ArrayList<>();

  /**
   * Followers' questions, to be answered like reads: the newest of each, which covers those before.
   */
  private Map<NodeId, Long> questions = new LinkedHashMap<>();

  private List<PendingRead> inRound = new ArrayList<>();
  private Map<NodeId, Long> questionsInRound = new LinkedHashMap<>();
  private long round;
  private long roundIndex;
  private boolean running;

  /** None yet. */
  ReadRounds(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
    this.confirmers = new Confirmers(leader);
  }

  void add(PendingRead read) {
    // Never to a round that runs: its messages may be older than the read.
    waiting.add(read);
  }

  /**
   * A voter that asks in this term has sent its question after the reads came in, and had then no
   * higher term: it has confirmed them itself. Where it and the leader are a quorum, no round is
   * needed.
   */
  void asked(Message.ReadIndex m) {
    if (leader.ownTermCommitted() && askerConfirms(m.from())) {
      answer(m.from(), m.request(), raft.commitIndex());
    } else {
      questions.put(m.from(), m.request());
    }
  }

  private boolean askerConfirms(NodeId asker) {
    Membership membership = raft.membership();
    return membership.quorum() <= 2 && membership.isVoter(raft.self) && membership.isVoter(asker);
  }

  private void answer(NodeId asker, long request, long index) {
    leader.wantsCommit(asker, index);
    raft.host.send(new Message.ReadIndexReply(raft.self, asker, raft.term(), request, index));
  }

  /** The newest round begun; every message carries it. */
  long round() {
    return round;
  }

  /** Begins a round for which no read waits, unless reads wait for the newest one: then that. */
  long fresh() {
    return running ? round : ++round;
  }

  /** Begins a round that one message has for itself, so that the answer to it is known by that. */
  long single() {
    round += 2;
    return round - 1;
  }

  /** True if a peer that was last sent a message of this round is to be sent one of the newest. */
  boolean wants(NodeId peer, long sentRound, long now) {
    return running && sentRound < round && confirmers.asks(peer, now);
  }

  /**
   * Ends the round that a quorum has confirmed, and begins the next one if reads wait. Until an
   * entry of its own term is committed a leader does not know which are, so it begins none.
   */
  void endOfBatch(long now) {
    finish();
    if (!running && leader.ownTermCommitted() && !(waiting.isEmpty() && questions.isEmpty())) {
      running = true;
      round++;
      roundIndex = raft.commitIndex();
      inRound = waiting;
      questionsInRound = questions;
      waiting = new ArrayList<>();
      questions = new LinkedHashMap<>();
      raft.host.roundBegun(round, roundIndex, inRound);
      confirmers.begin(inRound.size() + questionsInRound.size(), now);
      finish();
    }
  }

  private void finish() {
    if (running && leader.quorum.confirmed(round)) {
      running = false;
      confirmers.end(round);
      inRound.forEach(PendingRead::ready);
      inRound = new ArrayList<>();
      questionsInRound.forEach((asker, request) -> answer(asker, request, roundIndex));
      questionsInRound = new LinkedHashMap<>();
    }
  }

  /** True if nobody waits for a round. */
  boolean isEmpty() {
    return !running && waiting.isEmpty() && questions.isEmpty();
  }

  void sweep() {
    inRound.removeIf(PendingRequest::isDone);
    waiting.removeIf(PendingRequest::isDone);
  }

  void end() {
    raft.keepForNextRole(inRound);
    raft.keepForNextRole(waiting);
  }
}
