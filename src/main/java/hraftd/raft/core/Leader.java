package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads: puts proposals into the log, replicates it, and commits what a majority has on its disks
 * (dissertation, figure 3.1 "Leaders").
 */
public final class Leader extends Role {

  /** Entries that may wait for their quorum; behind that proposals are refused. */
  private static final long MAX_UNCOMMITTED = 65_536;

  /** On a full disk its room is left for what cannot be refused: the entries of new terms. */
  private static final Entry ROOM_FOR_ELECTIONS =
      new Entry(0, 0, Entry.Kind.NOOP, 0, 0, 0, new byte[6 << 10]);

  /** Changes of membership that may wait for each other. */
  private static final int MAX_CHANGES = 16;

  final Replicas peers;

  /** What a majority of the voters has, has heard and has confirmed. */
  final Quorum quorum;

  private final List<Entry> batch = new ArrayList<>();
  private final ReadRounds rounds;
  private final ForwardedProposals forwarded;
  private final Handover handover;
  private final Succession succession;
  private final CommitTimes times;
  private final Deque<MembershipChange> changes = new ArrayDeque<>();
  private long firstOwnIndex;
  private long lastClock;

  /** Takes the lead, in a term that {@link #begin} begins. */
  Leader(Raft raft) {
    super(raft);
    peers = new Replicas(this);
    quorum = new Quorum(this);
    rounds = new ReadRounds(this);
    forwarded = new ForwardedProposals(this);
    handover = new Handover(this);
    succession = new Succession(this);
    times = new CommitTimes(nanos -> raft.host.meter().committed(nanos));
  }

  /** Begins the term: with an empty entry, that all before may be committed with (3.6.2, 5.4.2). */
  void begin() {
    long last = raft.log.lastIndex();
    firstOwnIndex = last + 1;
    // It may be more than the clock of the leader that this node followed since.
    lastClock = last < raft.log.firstIndex() ? raft.snapshotClock() : raft.log.entry(last).clock();
    add(Entry.Kind.NOOP, 0, 0, new byte[0]);
  }

  @Override
  public RaftStatus.Role name() {
    return RaftStatus.Role.LEADER;
  }

  @Override
  boolean hearsLeader() {
    return true;
  }

  // ---- proposals

  /** False while it hands over to another: proposals wait for the next leader. */
  boolean open() {
    return !handover.running();
  }

  /** The same, when there is something to take: if another is to lead, that one takes it. */
  boolean takesProposals() {
    if (raft.disk.nearlyFull()) {
      succession.step();
    }
    return open();
  }

  /**
   * Takes a proposal into the log.
   *
   * @return null if it is taken, else why not
   */
  public Message.@Nullable Reason accept(long origin, long sequence, boolean grows, byte[] data) {
    WireFormat needed = raft.host.formatOf(data);
    if (needed != WireFormat.OLDEST && !commonFormat().covers(needed)) {
      return Message.Reason.UNKNOWN_COMMAND;
    }
    if ((raft.log.nearlyFull() && (grows || !hasRoomFor(data))) || (grows && quorum.isDiskFull())) {
      return Message.Reason.DISK_FULL;
    }
    if (grows && memoryFull()) {
      return Message.Reason.MEMORY_FULL;
    }
    if (raft.log.lastIndex() + batch.size() - raft.commitIndex() >= MAX_UNCOMMITTED) {
      return Message.Reason.OVERLOADED;
    }
    add(Entry.Kind.COMMAND, origin, sequence, data);
    return null;
  }

  private boolean hasRoomFor(byte[] data) {
    List<Entry> waiting = new ArrayList<>(batch);
    waiting.add(new Entry(0, 0, Entry.Kind.COMMAND, 0, 0, 0, data));
    waiting.add(ROOM_FOR_ELECTIONS);
    return raft.log.hasRoom(waiting);
  }

  /** How many proposals of others it remembers. */
  int remembered() {
    return forwarded.remembered();
  }

  @Override
  public boolean hasUnwritten() {
    return !batch.isEmpty();
  }

  /** The index that the next entry will have. */
  long nextIndex() {
    return raft.log.lastIndex() + batch.size() + 1;
  }

  private void add(Entry.Kind kind, long origin, long sequence, byte[] data) {
    lastClock = Math.max(lastClock, raft.clock.at(raft.host.nanoTime()));
    batch.add(new Entry(nextIndex(), raft.term(), kind, lastClock, origin, sequence, data));
  }

  // ---- messages

  @Override
  void receive(Message message) {
    long now = raft.host.nanoTime();
    Progress peer = peers.get(message.from());
    if (message instanceof Message.AppendReply m && peer != null) {
      peer.answered(m, now);
    } else if (message instanceof Message.SnapshotReply m && peer != null) {
      peer.answered(m, now);
    } else if (message instanceof Message.Forward m) {
      forwarded.receive(m);
    } else if (message instanceof Message.ReadIndex m) {
      rounds.asked(m);
    }
  }

  @Override
  @Nullable String refusal(Message message) {
    Progress peer = peers.get(message.from());
    if (message instanceof Message.AppendReply m) {
      if (m.matched() && m.index() > raft.log.lastIndex()) {
        return "it has entry " + m.index() + ", and the leader none behind " + raft.log.lastIndex();
      }
      return refusalOfRound(m.round());
    }
    if (message instanceof Message.SnapshotReply m) {
      String refusal = peer == null ? null : peer.refusal(m);
      return refusal == null ? refusalOfRound(m.round()) : refusal;
    }
    return null;
  }

  private @Nullable String refusalOfRound(long round) {
    return round > rounds.round()
        ? "it confirms round " + round + " of reads, and " + rounds.round() + " is the newest"
        : null;
  }

  @Override
  void read(PendingRead read) {
    rounds.add(read);
  }

  @Override
  void peerDown(NodeId peer, long now) {
    Progress progress = peers.get(peer);
    if (progress != null) {
      progress.down();
    }
  }

  @Override
  void endOfBatch(long now) {
    flush();
    if (quorum.isLost()) {
      raft.follow(null); // 6.2: it may be cut off, and its clients should find the next leader
      return;
    }
    raft.commit(committable());
    // What this batch has written may be committed already: later than its beginning.
    times.committed(raft.commitIndex(), raft.host.nanoTime());
    if (raft.role() != this) {
      return; // a committed configuration no longer contains it
    }
    rounds.endOfBatch(now);
    while (!changes.isEmpty() && changes.peek().step(this)) {
      changes.remove();
    }
    flush();
    peers.replicate(now);
    succession.step();
    handover.step();
  }

  @Override
  public long idleNanos(long now) {
    boolean quiet = ownTermCommitted() && rounds.isEmpty() && changes.isEmpty() && open();
    return quiet ? peers.idleNanos(now) : 0;
  }

  @Override
  void sweep() {
    rounds.sweep();
    changes.removeIf(PendingRequest::isDone);
  }

  @Override
  void end() {
    rounds.end();
    for (MembershipChange change : changes) {
      change.leaderChanged();
    }
  }

  @Override
  public String activity() {
    if (!ownTermCommitted()) {
      return "waiting for a quorum to confirm the new term";
    }
    for (Progress peer : peers.all()) {
      String activity = peer.activity(raft.log.lastIndex());
      if (!activity.isEmpty()) {
        return activity;
      }
    }
    return "";
  }

  private void flush() {
    if (!batch.isEmpty()) {
      raft.append(List.copyOf(batch));
      times.written(raft.log.lastIndex(), raft.host.nanoTime());
      batch.clear();
    }
    peers.renew();
  }

  // ---- commit

  /**
   * The last index that a majority has on its disks, if it is of this term: an older entry is never
   * committed by counting, only with a later one (3.6.2, figure 3.7).
   */
  private long committable() {
    long index = quorum.match();
    return index > raft.commitIndex() && raft.log.term(index) == raft.term()
        ? index
        : raft.commitIndex();
  }

  /** True once the empty entry of this term is committed: only then it knows what is. */
  boolean ownTermCommitted() {
    return raft.commitIndex() >= firstOwnIndex;
  }

  void wantsCommit(NodeId node, long index) {
    Progress peer = peers.get(node);
    if (peer != null) {
      peer.wantsCommit(index);
    }
  }

  // ---- rounds of reads

  long round() {
    return rounds.round();
  }

  long singleRound() {
    return rounds.single();
  }

  long freshRound() {
    return rounds.fresh();
  }

  boolean roundWants(NodeId peer, long sentRound, long now) {
    return rounds.wants(peer, sentRound, now);
  }

  // ---- membership (chapter 4)

  @Override
  void change(MembershipChange change) {
    if (changes.size() >= MAX_CHANGES) {
      change.fail(new ConsensusException.MembershipRefused("too many changes are waiting"));
    } else {
      change.begin(raft.host.listenedNanos());
      changes.add(change);
    }
  }

  /**
   * Puts a new configuration into the log; effective at once.
   *
   * @return false if the disk has no room for it: nothing has happened
   */
  boolean propose(Membership membership) {
    byte[] data =
        MembershipCodec.encode(keepsPast(membership) ? membership : membership.withoutPast());
    if (raft.log.nearlyFull() && !hasRoomFor(data)) {
      return false;
    }
    add(Entry.Kind.MEMBERSHIP, 0, 0, data);
    flush();
    return true;
  }

  /** True if all members that stay can read more of a configuration than who is a member. */
  boolean keepsPast(Membership next) {
    return peers.formatOfThoseWhoStay(next).covers(WireFormat.V3);
  }

  /** One at a time, and none before it knows what is committed: the majorities must overlap. */
  boolean mayChange() {
    return ownTermCommitted() && raft.configurations.index() <= raft.commitIndex();
  }

  boolean caughtUp(NodeId node, long maxMissing) {
    Progress peer = peers.get(node);
    return peer != null
        && peer.recent()
        && peer.match() > 0
        && peer.readsState()
        && raft.log.lastIndex() - peer.match() <= maxMissing;
  }

  // ---- leadership (3.10)

  @Override
  void transfer(LeadershipTransfer transfer) {
    if (transfer.handOver()) {
      handover.begin(transfer);
    }
  }

  /** Hands over to another voter; see {@link Handover#begin}. */
  void handOver(String id) {
    handover.begin(id);
  }

  // ---- what others ask

  @Override
  public Collection<Progress> peers() {
    return peers.all();
  }

  @Override
  public WireFormat commonFormat() {
    return peers.commonFormat();
  }

  @Override
  public boolean memoryFull() {
    return super.memoryFull() || peers.isVoterMemoryFull();
  }

  @Override
  public boolean wantsSnapshot() {
    return peers.all().stream().anyMatch(Progress::wantsSnapshot);
  }

  @Override
  public boolean sendsSnapshot() {
    return peers.all().stream().anyMatch(Progress::getsSnapshot);
  }
}
