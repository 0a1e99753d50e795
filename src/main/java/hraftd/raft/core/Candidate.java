package hraftd.raft.core;

import hraftd.raft.Member;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Asks for votes: first whether it would get them, in its old term and without any effect (9.6),
 * then for real (3.4).
 */
final class Candidate extends Role {

  private final boolean pre;
  private final Set<NodeId> granted = new HashSet<>();
  private final List<PendingRead> reads = new ArrayList<>();

  /** Who has asked for this node's vote meanwhile, and was then asked again for its own. */
  private final Set<NodeId> rivals = new HashSet<>();

  private long giveUpAt;
  private final boolean transfer;
  private boolean begun;
  private long askAgainAt;

  /** Asks who would vote for it. */
  Candidate(Raft raft) {
    this(raft, /* pre= */ true, /* transfer= */ false);
  }

  /** Asks for votes in the term that it has just entered. */
  Candidate(Raft raft, boolean transfer) {
    this(raft, /* pre= */ false, transfer);
  }

  private Candidate(Raft raft, boolean pre, boolean transfer) {
    super(raft);
    this.pre = pre;
    this.transfer = transfer;
    long election = raft.timing.election();
    giveUpAt = raft.host.listenedNanos() + election / 2 + raft.random.nextLong(election);
  }

  @Override
  public RaftStatus.Role name() {
    return RaftStatus.Role.CANDIDATE;
  }

  @Override
  void receive(Message message) {
    if (message.isLeaders()) {
      raft.follow(message.from());
      raft.role().receive(message);
    } else if (message instanceof Message.PreVoteReply m && pre && m.inTerm() == raft.term()) {
      if (m.removed()) {
        raft.retire();
      } else if (m.granted()) {
        grantedBy(m.from());
      }
    } else if (message instanceof Message.VoteReply m && !pre) {
      if (m.granted()) {
        grantedBy(m.from());
      } else {
        refused();
      }
    }
  }

  /**
   * Somebody voted for another, most likely for itself: then neither may get a majority, and it is
   * tried again soon, and not by all at once.
   */
  private void refused() {
    long wait = raft.timing.leaderless() / 2 + raft.random.nextLong(raft.timing.leaderless());
    long soon = raft.host.listenedNanos() + wait;
    giveUpAt = soon - giveUpAt < 0 ? soon : giveUpAt;
  }

  /** It was perhaps not there yet when it was asked: all nodes may have just been started. */
  @Override
  void askedBy(NodeId node) {
    if (begun && raft.membership().isVoter(node) && !granted.contains(node) && rivals.add(node)) {
      ask(node);
    }
  }

  @Override
  void endOfBatch(long now) {
    if (!begun) {
      begun = true;
      if (!pre) {
        raft.host.meter().stoodForElection();
      }
      grantedBy(raft.self);
      if (raft.role() != this) {
        return;
      }
      askAgainAt = raft.host.listenedNanos();
    }
    long listened = raft.host.listenedNanos();
    if (!raft.suffrage.mayCampaign()) {
      raft.follow(null);
    } else if (listened - giveUpAt >= 0) {
      // Again with a pre-vote: this term may be lost, but no further one for nothing.
      raft.become(new Candidate(raft), null);
    } else if (listened - askAgainAt >= 0) {
      askAgainAt = listened + raft.timing.resend();
      ask();
    }
  }

  @Override
  void read(PendingRead read) {
    reads.add(read);
  }

  @Override
  void sweep() {
    reads.removeIf(PendingRequest::isDone);
  }

  @Override
  void end() {
    raft.keepForNextRole(reads);
  }

  @Override
  public String activity() {
    return "asking for votes: " + granted.size() + " of " + raft.membership().quorum() + " needed";
  }

  private void ask() {
    for (Member voter : raft.membership().voters()) {
      NodeId to = voter.node();
      if (!to.equals(raft.self) && !granted.contains(to)) {
        ask(to);
      }
    }
  }

  private void ask(NodeId to) {
    long lastIndex = raft.log.lastIndex();
    raft.host.send(
        pre
            ? new Message.PreVote(
                raft.self, to, raft.term(), lastIndex, raft.lastTerm(), raft.configurations.index())
            : new Message.Vote(raft.self, to, raft.term(), lastIndex, raft.lastTerm(), transfer));
  }

  private void grantedBy(NodeId voter) {
    granted.add(voter);
    Stream<Member> yes =
        raft.membership().voters().stream().filter(v -> granted.contains(v.node()));
    if (yes.count() >= raft.membership().quorum()) {
      if (pre) {
        raft.candidacy(/* transfer= */ false);
      } else {
        raft.lead();
      }
    }
  }
}
