package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * Linearizable reads on the leader (6.4): a round of messages to a quorum, begun after the read
 * came in, shows that it still led then; all reads that wait share a round. Nothing is written.
 */
public class ReadRounds {

  /** A follower's question, to be answered like a read. */
  private record Question(NodeId from, long request) {}

  private final Leader leader;
  private final Raft raft;
  private final Confirmers confirmers;
  private List<PendingRead> waiting = new ArrayList<>();
  private List<Question> questions = new ArrayList<>();
  private List<PendingRead> inRound = new ArrayList<>();
  private List<Question> questionsInRound = new ArrayList<>();
  private long round;
  private long roundIndex;
  private boolean running;

  /** None yet. */
  protected ReadRounds(Leader leader) {
    this.leader = leader;
    this.raft = leader.raft;
    this.confirmers = new Confirmers(leader);
  }

  void add(PendingRead read) {
    boolean covered = running && coversLaterReads();
    (covered ? inRound : waiting).add(read);
  }

  /** Whether a round is good for reads that came after it began: its messages may be older. */
  protected boolean coversLaterReads() {
    return false;
  }

  /**
   * A voter that asks in this term has sent its question after the reads came in, and had then no
   * higher term: it has confirmed them itself. Where it and the leader are a quorum, no round is
   * needed.
   */
  void asked(Message.ReadIndex m) {
    Question question = new Question(m.from(), m.request());
    if (leader.ownTermCommitted() && askerConfirms(m.from())) {
      answer(question, raft.commitIndex());
    } else {
      questions.add(question);
    }
  }

  private boolean askerConfirms(NodeId asker) {
    Membership membership = raft.membership();
    return membership.quorum() <= 2 && membership.isVoter(raft.self) && membership.isVoter(asker);
  }

  private void answer(Question q, long index) {
    leader.wantsCommit(q.from, index);
    raft.host.send(new Message.ReadIndexReply(raft.self, q.from, raft.term(), q.request, index));
  }

  /** The newest round begun; every message carries it. */
  long round() {
    return round;
  }

  /** True if a peer that was last sent a message of this round is to be sent one of the newest. */
  boolean wants(NodeId peer, long sentRound, long now) {
    return sentRound < round && confirmers.asks(peer, now);
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
      questions = new ArrayList<>();
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
      for (Question q : questionsInRound) {
        answer(q, roundIndex);
      }
      questionsInRound = new ArrayList<>();
    }
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
