package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
public final class Raft {

  /** From a timeout to leading alone: follower, pre-vote, candidate, leader. */
  private static final int MAX_ROLES_IN_A_BATCH = 4;

  /** Which node this is. */
  public final NodeId self;

  final Timing timing;

  /** Its log; only Raft changes it. */
  public final RaftLog log;

  /** Its snapshots. */
  public final SnapshotStore snapshots;

  final RaftHost host;
  final RandomGenerator random;

  /** The configurations that are in its log, and the one before. */
  public final Configurations configurations;

  /** The store's clock as this node knows it. */
  public final StoreClock clock;

  final OwnDisk disk = new OwnDisk(this);
  final Proposals proposals;
  final TermStore terms;

  /** Whether it may vote, and stand for election. */
  final Suffrage suffrage;

  private final Applier applier;
  private final Screen screen;
  private final Reception reception;
  private final List<PendingRead> reads = new ArrayList<>();
  private final List<LeadershipTransfer> transfers = new ArrayList<>();
  private Role role;
  private @Nullable NodeId leader;
  private @Nullable Long completeAt;

  /**
   * Takes up where the stores left off, as a follower. The state machine gets the newest snapshot.
   *
   * @param initial the configuration that holds if the stores know none
   * @param origin random and not 0: tells this process's proposals from all others
   * @throws UnusableEntryException if the log holds an entry that cannot be applied
   * @throws IllegalStateException if the term in the store is greater than any that can be reached,
   *     or if the log has lost entries and this node is the only one that votes
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
    this.suffrage = new Suffrage(this);
    if (terms.term() >= Message.MAX_TERM) {
      throw new IllegalStateException(
          "term " + terms.term() + " is too great: no election can be held in a greater one");
    }
    this.screen = new Screen(this);
    this.reception = new Reception(this, screen);
    SnapshotStore.Meta snapshot = snapshots.latest();
    configurations =
        snapshot == null
            ? new Configurations(0, initial)
            : new Configurations(snapshot.index(), snapshot.membership());
    applier = new Applier(this);
    LogScan scan = new LogScan(log, configurations, screen::fault);
    clock = new StoreClock(scan.from(commitIndex() + 1, snapshotClock()), host.nanoTime());
    suffrage.demandOthers();
    Follower first = new Follower(this);
    first.started();
    role = first;
  }

  /**
   * Applies what the log says is committed. To be called once, before anything else: what was
   * committed stays so, also while there is no leader to say it again.
   */
  public void resume() {
    commit(log.committedAtOpen());
  }

  // ---- what the world tells it

  /**
   * Handles a message from a peer. Messages that are for another node are dropped. A pre-vote moves
   * no term, so whoever answers one may well be in an older term than whoever asked.
   *
   * @return null, or why no sound node of this cluster has sent it, for the operator: then it has
   *     changed nothing, and the connection that it came over is better closed
   */
  public @Nullable String receive(Message m) {
    if (!m.to().equals(self) || role.name() == RaftStatus.Role.REMOVED) {
      return null;
    }
    return reception.receive(m);
  }

  /** A connection to a peer broke: perhaps it is dead. */
  public void peerDown(NodeId peer) {
    role.peerDown(peer, host.nanoTime());
  }

  /**
   * Does what is due after a batch of messages and requests, or after some milliseconds without
   * any. Nothing is on its way to the disk or the network before that.
   */
  public void endOfBatch() {
    long now = host.nanoTime();
    screen.endOfBatch();
    proposals.dispatch(now);
    for (int i = 0; i < MAX_ROLES_IN_A_BATCH; i++) {
      Role before = role;
      before.endOfBatch(now);
      if (role == before) {
        break;
      }
    }
    if (leader != null && !leads()) {
      transfers.forEach(LeadershipTransfer::done);
      transfers.clear();
    }
    disk.sync();
  }

  /** Takes a request; its answer tells how it ends. */
  public void take(PendingRequest<?> request) {
    request.give(this);
  }

  /** Drops the requests that are done: they were ended behind the Raft thread's back. */
  public void sweep() {
    proposals.sweep();
    role.sweep();
    transfers.removeIf(PendingRequest::isDone);
  }

  void transfer(LeadershipTransfer transfer) {
    transfers.add(transfer);
    role.transfer(transfer);
  }

  /** Campaigns without waiting for a timeout: for the node that is to lead a new cluster. */
  public void campaign() {
    role.hasten();
  }

  /** A snapshot of its own state is durable: the log behind it may go, through this index. */
  public void snapshotTaken(SnapshotStore.Meta snapshot, long throughIndex) {
    long through = Math.min(throughIndex, Math.min(snapshot.index(), commitIndex()));
    if (through >= log.firstIndex()) {
      log.compact(through);
    }
    configurations.compacted(Math.min(snapshot.index(), log.firstIndex() - 1));
  }

  // ---- what everybody may know

  /** The latest term that it has seen. */
  public long term() {
    return terms.term();
  }

  /** Who has its vote in this term; null if nobody has. */
  public @Nullable NodeId vote() {
    return terms.votedFor();
  }

  /** Who leads in this term as far as it knows; null if it knows nobody. */
  public @Nullable NodeId leader() {
    return leader;
  }

  /** What it does in this term at the moment; another object for each change of role. */
  public Role role() {
    return role;
  }

  /** True if it leads, as far as it knows. */
  public boolean leads() {
    return role instanceof Leader;
  }

  /** The last index that it knows to be committed. */
  public long commitIndex() {
    return applier.commitIndex();
  }

  /** The last index that it has applied. */
  public long appliedIndex() {
    return applier.appliedIndex();
  }

  /** The term of the entry there. */
  public long appliedTerm() {
    return applier.appliedTerm();
  }

  /** The store's clock in that entry, also if the state knows nothing of the entry. */
  public long appliedClock() {
    return applier.appliedClock();
  }

  /**
   * When this copy last held all that the leader of that moment had committed, on the host's clock;
   * null if that is not known since the start: then it may lack anything.
   */
  public @Nullable Long completeAt() {
    return role instanceof Leader l && l.ownTermCommitted()
        ? Long.valueOf(l.quorum.contact(host.nanoTime()))
        : completeAt;
  }

  /** At this moment the copy held all that was committed. */
  void complete(long moment) {
    completeAt = moment;
  }

  /** How many writes it has taken that have no outcome yet. */
  public int openWrites() {
    return proposals.open();
  }

  /**
   * Who may say all that a member may: the members that it knows; empty if everybody may, as it
   * knows none, or may have lost sight of its cluster. The same object while they are the same.
   */
  public Set<NodeId> trusted() {
    return screen.trusted();
  }

  /** True if this node is no member as far as this one knows. */
  public boolean isStranger(NodeId node) {
    return screen.isStranger(node);
  }

  /** The configuration in force: the last in its log, committed or not (4.1). */
  public Membership membership() {
    return configurations.current();
  }

  /** Whether a snapshot of the present state says who the members are: not while it joins. */
  public boolean knowsMembers() {
    return !configurations.at(appliedIndex()).members().isEmpty();
  }

  /** See {@link RaftHost#said}. */
  public @Nullable WireFormat said(NodeId peer) {
    return host.said(peer);
  }

  /** The clock of the newest snapshot's last entry. */
  long snapshotClock() {
    SnapshotStore.Meta snapshot = snapshots.latest();
    return snapshot == null ? 0 : snapshot.clock();
  }

  /** Why this node may not vote, for people; empty if it may. */
  public String withoutVote() {
    return suffrage.why();
  }

  long lastTerm() {
    return log.term(log.lastIndex());
  }

  // ---- roles

  void become(Role next, @Nullable NodeId newLeader) {
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
    List<PendingRead> waiting = List.copyOf(reads);
    reads.clear();
    waiting.forEach(role::read);
  }

  /** A role that ends hands over the reads it has not served. */
  void keepForNextRole(List<PendingRead> unserved) {
    reads.addAll(unserved);
  }

  /** Enters a higher term as a follower (3.3). */
  void adopt(long newTerm) {
    terms.save(newTerm, null);
    become(new Follower(this), null);
  }

  /** Steps back to follower in the same term. */
  void follow(@Nullable NodeId newLeader) {
    become(new Follower(this), newLeader);
  }

  /** Enters the next term as a candidate that has voted for itself. */
  void candidacy(boolean transfer) {
    terms.save(term() + 1, self);
    become(new Candidate(this, transfer), null);
  }

  /** Wins the election. */
  void lead() {
    Leader won = new Leader(this);
    become(won, self);
    won.begin();
  }

  // ---- log, commit, state machine

  /** Appends to the log; configurations take effect at once. Not yet durable. */
  void append(List<Entry> entries) {
    log.append(entries);
    host.appended(entries);
    boolean changed = false;
    for (Entry entry : entries) {
      changed |= configurations.note(entry);
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
  void truncateFrom(long index) {
    if (index <= commitIndex()) {
      throw new IllegalStateException(
          "the leader's log contradicts entry %d, which is committed (%d)"
              .formatted(index, commitIndex()));
    }
    log.truncateFrom(index);
    host.truncated(index);
    if (configurations.truncatedFrom(index)) {
      host.membershipChanged(membership());
    }
  }

  /** Moves the commit index on and applies what it now covers. */
  void commit(long index) {
    applier.commit(index);
  }

  /** Goes on from a snapshot that a leader sent and that is now {@link SnapshotStore#latest}. */
  void install(SnapshotStore.Meta snapshot) {
    applier.install(snapshot);
  }

  /** This node was removed: it takes part in nothing any more. */
  void retire() {
    become(new Retired(this), null);
  }
}
