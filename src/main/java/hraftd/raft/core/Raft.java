package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in Raft, as in Ongaro's dissertation "Consensus: Bridging Theory and Practice":
 * the term, the log, the commit index, and which {@link Role} acts on them. What each role does is
 * in its own class.
 *
 * <p>Deterministic and single-threaded: time, randomness, storage, network and the state machine
 * come in from outside, so that a whole cluster runs in one thread in the simulation. What it must
 * never guess about (an entry that contradicts a committed one) is thrown as {@link
 * IllegalStateException} and the node stops.
 */
public class Raft {

  public final NodeId self;
  final Timing timing;
  public final RaftLog log;
  public final SnapshotStore snapshots;
  final RaftHost host;
  final RandomGenerator random;
  public final Configurations configurations;
  public final StoreClock clock;
  public final Proposals proposals;

  private final TermStore terms;
  private final List<Read> reads = new ArrayList<>();
  private Role role;
  private @Nullable NodeId leader;
  private long commitIndex;
  private long appliedIndex;
  private long appliedTerm;
  private boolean wasMember;
  private @Nullable Long completeAt;

  /**
   * Takes up where the stores left off, as a follower. The state machine gets the newest snapshot.
   *
   * @param initial the configuration that holds if the stores know none
   * @param origin random and not 0: tells this process's proposals from all others
   */
  public Raft(
      NodeId self,
      Membership initial,
      long origin,
      Timing timing,
      RaftLog log,
      TermStore terms,
      SnapshotStore snapshots,
      RaftHost host,
      RandomGenerator random) {
    this.self = self;
    this.timing = timing;
    this.log = log;
    this.terms = terms;
    this.snapshots = snapshots;
    this.host = host;
    this.random = random;
    this.proposals = new Proposals(this, origin);
    SnapshotStore.Meta snapshot = snapshots.latest();
    long lastClock = 0;
    if (snapshot == null) {
      configurations = new Configurations(0, initial);
    } else {
      configurations = new Configurations(snapshot.index(), snapshot.membership());
      commitIndex = snapshot.index();
      appliedIndex = snapshot.index();
      appliedTerm = snapshot.term();
      lastClock = snapshot.clock();
      host.install(snapshot);
    }
    for (long i = Math.max(log.firstIndex(), commitIndex + 1); i <= log.lastIndex(); ) {
      for (Entry entry : log.entries(i, log.lastIndex(), MAX_SCAN_BYTES)) {
        noteMembership(entry);
        lastClock = Math.max(lastClock, entry.clock());
        i = entry.index() + 1;
      }
    }
    clock = new StoreClock(lastClock, host.nanoTime());
    Follower first = newFollower();
    first.started();
    role = first;
  }

  /**
   * How much of the log is in memory at once while its configurations are looked for at the start.
   */
  private static final long MAX_SCAN_BYTES = 4 << 20;

  /** From a timeout to leading alone: follower, pre-vote, candidate, leader. */
  private static final int MAX_ROLES_IN_A_BATCH = 4;

  /** As large as what a new leader writes first. */
  private static final List<Entry> FIRST_OF_A_TERM =
      List.of(new Entry(0, 0, Entry.Kind.NOOP, 0, 0, 0, new byte[0]));

  // ---- what the world tells it

  /**
   * Handles a message from a peer. Messages that are for another node are dropped. A pre-vote moves
   * no term, so whoever answers one may well be in an older term than whoever asked.
   */
  public final void receive(Message m) {
    if (!m.to().equals(self) || role.name() == RaftStatus.Role.REMOVED) {
      return;
    }
    if (m instanceof Message.PreVote p) {
      answerPreVote(p);
      return;
    }
    if (m.term() > term()) {
      if (m instanceof Message.Vote v && !v.transfer() && hearsLeader()) {
        return; // 4.2.3: whoever hears from a leader is not talked into an election
      }
      adopt(m.term());
    } else if (m.term() < term() && !(m instanceof Message.PreVoteReply)) {
      answerOldTerm(m);
      return;
    }
    if (m instanceof Message.Vote v) {
      answerVote(v);
    } else {
      role.receive(m);
    }
  }

  /** A connection to a peer broke: perhaps it is dead. */
  public final void peerDown(NodeId peer) {
    role.peerDown(peer, host.nanoTime());
  }

  /**
   * Does what is due after a batch of messages and requests, or after some milliseconds without
   * any. Nothing is on its way to the disk or the network before that.
   */
  public final void endOfBatch() {
    long now = host.nanoTime();
    proposals.dispatch(now);
    for (int i = 0; i < MAX_ROLES_IN_A_BATCH; i++) {
      Role before = role;
      before.endOfBatch(now);
      if (role == before) {
        break;
      }
    }
    if (log.syncedIndex() < log.lastIndex()) {
      log.sync();
    }
  }

  /** Asks for a linearizable read; {@link Read#ready} is called when it may be served. */
  public final void read(Read read) {
    role.read(read);
  }

  /** Campaigns without waiting for a timeout: for the node that is to lead a new cluster. */
  public final void campaign() {
    if (role instanceof Follower follower) {
      follower.hasten();
    }
  }

  /** A snapshot of this node's own state is durable: the log behind it may go. */
  public final void snapshotTaken(SnapshotStore.Meta snapshot, long keepEntries) {
    long through = Math.min(snapshot.index(), commitIndex) - keepEntries;
    if (through >= log.firstIndex()) {
      log.compact(through);
    }
    configurations.compacted(Math.min(snapshot.index(), log.firstIndex() - 1));
  }

  // ---- what everybody may know

  public final long term() {
    return terms.term();
  }

  public final @Nullable NodeId leader() {
    return leader;
  }

  public final Role role() {
    return role;
  }

  public final boolean leads() {
    return role instanceof Leader;
  }

  public final long commitIndex() {
    return commitIndex;
  }

  public final long appliedIndex() {
    return appliedIndex;
  }

  public final long appliedTerm() {
    return appliedTerm;
  }

  /**
   * When this copy last held all that the leader of that moment had committed, on the host's clock;
   * null if that is not known since the start: then it may lack anything.
   */
  public final @Nullable Long completeAt() {
    return role instanceof Leader l && l.ownTermCommitted()
        ? Long.valueOf(l.quorum.contact(host.nanoTime()))
        : completeAt;
  }

  /** At this moment the copy held all that was committed. */
  final void complete(long moment) {
    completeAt = moment;
  }

  public Membership membership() {
    return configurations.current();
  }

  /**
   * Whether a snapshot of the present state can say who the members are. A node that joins learns
   * it from the log, or from a snapshot of its leader.
   */
  public boolean knowsMembers() {
    return !configurations.at(appliedIndex).members().isEmpty();
  }

  /** The clock of the newest snapshot's last entry. */
  final long snapshotClock() {
    SnapshotStore.Meta snapshot = snapshots.latest();
    return snapshot == null ? 0 : snapshot.clock();
  }

  /**
   * Whether this node may stand for election: as a voter of its configuration, or of the committed
   * one while that which leaves it out is not committed (4.2.2: until then it may be needed); and
   * not with a disk so full that it could not begin its term.
   */
  final boolean mayCampaign() {
    boolean votes = membership().isVoter(self) || configurations.at(commitIndex).isVoter(self);
    return votes && log.hasRoom(FIRST_OF_A_TERM);
  }

  final long lastTerm() {
    return log.term(log.lastIndex());
  }

  // ---- roles

  final void become(Role next, @Nullable NodeId newLeader) {
    boolean changed = next != role || !Objects.equals(newLeader, leader);
    if (next != role) {
      completeAt = completeAt();
      role.end();
    }
    role = next;
    leader = newLeader;
    if (changed) {
      host.roleChanged();
    }
    List<Read> waiting = List.copyOf(reads);
    reads.clear();
    waiting.forEach(role::read);
  }

  /** A role that ends hands over the reads it has not served. */
  final void keepForNextRole(List<Read> unserved) {
    reads.addAll(unserved);
  }

  /** Enters a higher term as a follower (3.3). */
  final void adopt(long newTerm) {
    terms.save(newTerm, null);
    become(newFollower(), null);
  }

  /** Steps back to follower in the same term. */
  public final void follow(@Nullable NodeId newLeader) {
    become(newFollower(), newLeader);
  }

  /** Enters the next term as a candidate that has voted for itself. */
  final void candidacy(boolean transfer) {
    terms.save(term() + 1, self);
    become(new Candidate(this, transfer), null);
  }

  /** Wins the election. */
  final void lead() {
    Leader won = newLeader();
    become(won, self);
    won.begin();
  }

  /** Makes the role; the tests of the simulation put faulty ones here. */
  protected Leader newLeader() {
    return new Leader(this);
  }

  /** The same for the other role that decides what is safe. */
  protected Follower newFollower() {
    return new Follower(this);
  }

  // ---- elections, the voters' side

  private void answerPreVote(Message.PreVote m) {
    Membership committed = configurations.at(commitIndex);
    boolean removed =
        configurations.indexAt(commitIndex) > m.membershipIndex()
            && committed.find(m.from()) == null;
    boolean granted =
        !removed && m.term() >= term() && upToDate(m.lastIndex(), m.lastTerm()) && !hearsLeader();
    host.send(new Message.PreVoteReply(self, m.from(), term(), m.term(), granted, removed));
  }

  private void answerVote(Message.Vote m) {
    boolean granted =
        mayVoteFor(terms.votedFor(), m.from()) && !leads() && upToDate(m.lastIndex(), m.lastTerm());
    if (granted) {
      if (terms.votedFor() == null) {
        terms.save(term(), m.from());
      }
      if (role instanceof Follower follower) {
        follower.voted();
      }
    }
    host.send(new Message.VoteReply(self, m.from(), term(), granted));
  }

  /** One vote in a term (3.4). */
  public boolean mayVoteFor(@Nullable NodeId votedFor, NodeId candidate) {
    return votedFor == null || votedFor.equals(candidate);
  }

  /**
   * The election restriction (3.6.1): the candidate's log holds at least all that this one does.
   */
  public boolean upToDate(long lastIndex, long lastTerm) {
    return lastTerm > lastTerm() || (lastTerm == lastTerm() && lastIndex >= log.lastIndex());
  }

  private boolean hearsLeader() {
    return leads() || (role instanceof Follower follower && follower.hearsLeader());
  }

  /**
   * Whoever speaks from an old term learns the new one: a leader of old steps down by that. The
   * answer confirms no round: the rounds of an old leadership mean nothing to one that the same
   * node has won since.
   */
  public void answerOldTerm(Message m) {
    if (m instanceof Message.Append) {
      host.send(new Message.AppendReply(self, m.from(), term(), false, 0, /* round= */ 0));
    } else if (m instanceof Message.SnapshotPiece p) {
      host.send(
          new Message.SnapshotReply(self, m.from(), term(), p.meta().index(), 0, /* round= */ 0));
    } else if (m instanceof Message.Vote) {
      host.send(new Message.VoteReply(self, m.from(), term(), false));
    }
  }

  // ---- log, commit, state machine

  /** Appends to the log; configurations take effect at once. Not yet durable. */
  final void append(List<Entry> entries) {
    log.append(entries);
    boolean changed = false;
    for (Entry entry : entries) {
      changed |= noteMembership(entry);
    }
    if (changed) {
      host.membershipChanged(membership());
    }
  }

  /**
   * Removes a tail that contradicts the leader's log (3.5).
   *
   * @throws IllegalStateException if that would remove a committed entry
   */
  public final void truncateFrom(long index) {
    if (index <= commitIndex) {
      throw new IllegalStateException(
          "the leader's log contradicts entry "
              + index
              + ", which is committed ("
              + commitIndex
              + ")");
    }
    log.truncateFrom(index);
    if (configurations.truncatedFrom(index)) {
      host.membershipChanged(membership());
    }
  }

  /** Moves the commit index on and applies what it now covers. */
  final void commit(long index) {
    if (index <= commitIndex) {
      return;
    }
    commitIndex = index;
    while (appliedIndex < commitIndex) {
      for (Entry entry : log.entries(appliedIndex + 1, commitIndex, MAX_SCAN_BYTES)) {
        apply(entry);
      }
    }
    noticeRemoval();
  }

  private void apply(Entry entry) {
    Object result = entry.kind() == Entry.Kind.COMMAND ? host.apply(entry) : null;
    appliedIndex = entry.index();
    appliedTerm = entry.term();
    proposals.applied(entry, result);
  }

  /** Goes on from a snapshot that a leader sent and that is now {@link SnapshotStore#latest}. */
  final void install(SnapshotStore.Meta snapshot) {
    host.install(snapshot);
    boolean fits = tailFits(snapshot);
    wasMember |= configurations.had(self, fits ? snapshot.index() : commitIndex);
    if (fits) {
      log.compact(snapshot.index());
      configurations.compacted(snapshot.index());
    } else {
      log.reset(snapshot.index(), snapshot.term());
      configurations.reset(snapshot.index(), snapshot.membership());
    }
    commitIndex = snapshot.index();
    appliedIndex = snapshot.index();
    appliedTerm = snapshot.term();
    clock.heard(snapshot.clock(), host.nanoTime());
    proposals.skippedTo(snapshot.term());
    host.membershipChanged(membership());
    noticeRemoval();
  }

  /** Whether what this log has behind a snapshot goes on from it. */
  public boolean tailFits(SnapshotStore.Meta snapshot) {
    return log.holds(snapshot.index(), snapshot.term());
  }

  /**
   * A node that a committed configuration contained, and the newest committed one does not, retires
   * (4.2.2).
   */
  private void noticeRemoval() {
    wasMember = wasMember || configurations.had(self, commitIndex);
    if (wasMember
        && configurations.at(commitIndex).find(self) == null
        && membership().find(self) == null) {
      retire();
    }
  }

  /** This node was removed: it takes part in nothing any more. */
  final void retire() {
    become(new Retired(this), null);
  }

  private boolean noteMembership(Entry entry) {
    if (entry.kind() != Entry.Kind.MEMBERSHIP) {
      return false;
    }
    configurations.appended(entry.index(), MembershipCodec.decode(entry.data()));
    return true;
  }
}
