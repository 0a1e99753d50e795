package hraftd.raft.core;

import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.util.List;

/**
 * Follows a leader, or waits for one (dissertation, figure 3.1 "Followers"); a learner is a
 * follower that does not campaign.
 *
 * <p>What it acknowledges and commits is only what it has verified, entry by entry, against this
 * leader in this term: never merely what happens to be in its log.
 */
final class Follower extends Role {

  private final FollowerReads reads;
  private final Acknowledgements acknowledgements;

  /** When the leader was last heard; meaningless before {@code heard}. */
  private long contact;

  /** The same moment, of the time in which this node could hear it. */
  private long heardAt;

  private boolean heard;
  private long campaignAt;

  /** The leader's clock as it has said last, and when; 0 if it has said nothing. */
  private long leaderClock;

  private long toldAt;

  /** The last index that is known to be as in the leader's log. */
  private long verified;

  private long leaderCommit;
  private String receiving = "";

  /** As the leader has said last. */
  private WireFormat commonFormat = WireFormat.OLDEST;

  /** What the leader sent and the log had no room for; empty if it had. */
  private List<Entry> refused = List.of();

  /** Begins to follow, or to wait for a leader. */
  Follower(Raft raft) {
    super(raft);
    reads = new FollowerReads(raft);
    acknowledgements = new Acknowledgements(raft);
    resetTimeout();
  }

  @Override
  public RaftStatus.Role name() {
    return raft.membership().isVoter(raft.self)
        ? RaftStatus.Role.FOLLOWER
        : RaftStatus.Role.LEARNER;
  }

  /** True while a leader's word is younger than the election timeout: no vote against it. */
  @Override
  boolean hearsLeader() {
    return heard && raft.host.listenedNanos() - heardAt < raft.timing.election();
  }

  @Override
  void voted() {
    resetTimeout();
  }

  /**
   * A process that has just started asks for votes soon: if all were down everybody waits for that,
   * and if there is a leader the pre-vote tells it that it can be reached again, and nothing more
   * (9.6). Who votes alone does not wait at all.
   */
  void started() {
    long now = raft.host.listenedNanos();
    boolean alone = raft.membership().isVoter(raft.self) && raft.membership().voters().size() == 1;
    campaignAt = alone ? now : now + raft.random.nextLong(raft.timing.leaderless());
  }

  @Override
  void hasten() {
    campaignAt = raft.host.listenedNanos();
  }

  @Override
  void receive(Message message) {
    if (message instanceof Message.Append m) {
      hear(m.from());
      leaderClock = m.clock();
      toldAt = contact;
      append(m);
    } else if (message instanceof Message.SnapshotPiece m) {
      hear(m.from());
      snapshot(m);
    } else if (message instanceof Message.ReadIndexReply m) {
      reads.answered(m);
    } else if (message instanceof Message.Refused m) {
      raft.proposals.refused(m);
    } else if (message instanceof Message.LostEntries m) {
      hear(m.from());
      lost(m);
    } else if (message instanceof Message.TimeoutNow
        && raft.membership().isVoter(raft.self)
        && raft.suffrage.mayVote()) {
      raft.candidacy(/* transfer= */ true);
    }
  }

  @Override
  void read(PendingRead read) {
    reads.add(read);
  }

  @Override
  void peerDown(NodeId peer, long now) {
    if (peer.equals(raft.leader())) {
      heard = false;
      acknowledgements.mayBeLost();
      long soon = raft.host.listenedNanos() + raft.random.nextLong(raft.timing.leaderless());
      campaignAt = soon - campaignAt < 0 ? soon : campaignAt;
    }
  }

  @Override
  void endOfBatch(long now) {
    long durable = durable();
    raft.suffrage.verified(durable);
    acknowledgements.endOfBatch(durable, /* moreVerified= */ verified > durable, now);
    reads.endOfBatch(now);
    if (raft.host.listenedNanos() - campaignAt >= 0) {
      if (raft.suffrage.mayCampaign()) {
        raft.become(new Candidate(raft), null);
      } else {
        resetTimeout();
      }
    }
  }

  @Override
  public long idleNanos(long now) {
    return reads.isEmpty() ? campaignAt - raft.host.listenedNanos() : 0;
  }

  @Override
  void sweep() {
    reads.sweep();
  }

  @Override
  void end() {
    reads.end();
  }

  @Override
  public WireFormat commonFormat() {
    return commonFormat;
  }

  @Override
  public String activity() {
    String withoutVote = raft.withoutVote();
    if (!withoutVote.isEmpty()) {
      return withoutVote;
    }
    if (raft.leader() == null) {
      return raft.membership().isVoter(raft.self)
          ? "waiting for a leader"
          : "waiting for a leader to make this node a member";
    }
    return receiving;
  }

  private void hear(NodeId from) {
    heard = true;
    listened();
    if (!from.equals(raft.leader())) {
      raft.become(this, from);
    }
  }

  private void listened() {
    contact = raft.host.nanoTime();
    heardAt = raft.host.listenedNanos();
    resetTimeout();
  }

  private void resetTimeout() {
    campaignAt =
        raft.host.listenedNanos()
            + raft.timing.election()
            + raft.random.nextLong(raft.timing.election());
  }

  /** A node that knows of its loss says so, and gets what it lacks; no other may go on. */
  private void lost(Message.LostEntries m) {
    RaftLog log = raft.log;
    boolean lacks =
        m.index() > log.lastIndex()
            || (m.index() >= log.firstIndex() - 1 && log.term(m.index()) != m.indexTerm());
    if (lacks && log.loss() == null) {
      throw new LostEntriesException(m.from().id(), m.index(), log.lastIndex());
    }
    acknowledgements.reject(m.from(), log.lastIndex() + 1, m.round());
  }

  // ---- AppendEntries, the receiver's side (3.5)

  private void append(Message.Append m) {
    commonFormat = m.commonFormat();
    acknowledgements.heard(m.round());
    RaftLog log = raft.log;
    if (m.prevIndex() > log.lastIndex()) {
      if (lacksRoom()) {
        // Asked for what is missing, the leader would send it again and again.
        acknowledgements.due(m);
      } else {
        acknowledgements.reject(m.from(), log.lastIndex() + 1, m.round());
      }
      return;
    }
    // What is committed here is so in every later leader's log (3.6.3): what a snapshot has
    // replaced needs no comparing, and can't be compared.
    if (m.prevIndex() >= log.firstIndex() - 1 && log.term(m.prevIndex()) != m.prevTerm()) {
      if (m.prevIndex() <= raft.commitIndex()) {
        throw new IllegalStateException(
            "leader "
                + m.from()
                + " has another entry at "
                + m.prevIndex()
                + ", which is committed here");
      }
      acknowledgements.reject(m.from(), firstOfTerm(m.prevIndex()), m.round());
      return;
    }
    verified = Math.max(verified, m.prevIndex() + store(m.entries()));
    followClock();
    leaderCommit = Math.max(leaderCommit, m.commitIndex());
    raft.commit(committable(m.commitIndex()));
    // A leader knows what is committed only once an entry of its own term is (6.4).
    if (raft.appliedIndex() >= leaderCommit && raft.appliedTerm() == raft.term()) {
      raft.complete(contact);
      receiving = "";
    } else if (!refused.isEmpty()) {
      receiving = "the disk is full: no room for entry " + (log.lastIndex() + 1);
    } else {
      receiving = "catching up: applied " + raft.appliedIndex() + " of " + leaderCommit;
    }
    acknowledgements.due(m);
  }

  /** A leader's clock goes with its log: see {@link StoreClock}. */
  private void followClock() {
    if (verified >= raft.log.lastIndex()) {
      raft.clock.follow(raft.term(), leaderClock, toldAt);
    }
  }

  /** An empty message says nothing of what is here behind the verified part: that stays open. */
  private long committable(long leaderCommitIndex) {
    return Math.min(leaderCommitIndex, verified);
  }

  /**
   * Keeps what is here already, removes what contradicts, appends what is new: entry by entry.
   *
   * @return how many are here now; fewer than all if the disk is full
   */
  private int store(List<Entry> entries) {
    RaftLog log = raft.log;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.index() < log.firstIndex()) {
        continue;
      }
      if (entry.index() <= log.lastIndex()) {
        if (log.term(entry.index()) == entry.term()) {
          continue;
        }
        if (!log.hasRoomAnew(entries)) {
          refused = entries;
          return i;
        }
        raft.truncateFrom(entry.index());
      }
      List<Entry> rest = entries.subList(i, entries.size());
      if (!log.hasRoom(rest)) {
        refused = rest;
        return i;
      }
      raft.append(rest);
      break;
    }
    refused = List.of();
    return entries.size();
  }

  /** True while there is still no room for the entries that were refused last. */
  private boolean lacksRoom() {
    if (!refused.isEmpty() && raft.log.hasRoom(refused)) {
      refused = List.of();
    }
    return !refused.isEmpty();
  }

  /** Where the term of a contradicting entry begins: the leader need not try its other entries. */
  private long firstOfTerm(long index) {
    long term = raft.log.term(index);
    long first = index;
    while (first - 1 > raft.commitIndex()
        && first - 1 >= raft.log.firstIndex()
        && raft.log.term(first - 1) == term) {
      first--;
    }
    return first;
  }

  /** What this node may answer for: verified against the leader, and on its disk. */
  private long durable() {
    return Math.min(verified, raft.log.syncedIndex());
  }

  // ---- InstallSnapshot, the receiver's side (5.3)

  /** A late snapshot must not move this node backwards. */
  private boolean isNews(SnapshotStore.Meta meta) {
    return meta.index() > raft.commitIndex();
  }

  private void snapshot(Message.SnapshotPiece m) {
    acknowledgements.heard(m.round());
    SnapshotStore.Meta meta = m.meta();
    long wanted;
    if (!isNews(meta)) {
      wanted = -1;
    } else if (!raft.log.hasRoomAnew(List.of())) {
      wanted = m.offset(); // the log could not begin anew behind it
      receiving = "the disk is full: no room for a snapshot";
    } else {
      wanted = raft.snapshots.receive(meta, m.offset(), m.piece());
      receiving = "receiving a snapshot: " + wanted + " of " + meta.length() + " bytes";
      if (wanted == meta.length()) {
        if (raft.snapshots.acceptReceived(meta, content -> raft.host.prepare(meta, content))) {
          raft.install(meta);
          verified = Math.max(verified, meta.index());
          if (leaderClock > meta.clock()) { // All in the snapshot was written before that.
            followClock();
          }
          receiving = "";
          wanted = -1;
        } else {
          wanted = 0;
        }
      }
    }
    listened(); // Installing may have taken long.
    raft.host.send(
        new Message.SnapshotReply(
            raft.self, m.from(), raft.term(), meta.index(), wanted, m.round()));
  }
}
