package hraftd.jgroups;

import hraftd.raft.Member;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.raft.ELECTION2;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jgroups.raft.util.CommitTable;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in the group: joins it, again if it is not let in yet, and tells who leads.
 * Thread-safe but for {@link #watch}, which one thread calls.
 */
final class RaftGroup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RaftGroup.class);

  /** How long a node waits that was not let in, as the others believe it to be there still. */
  private static final long REJOIN_MILLIS = 500;

  /** Longer than an election takes that makes progress. */
  private static final long LEADERLESS_NANOS = Duration.ofSeconds(2).toNanos();

  /** How long an attempt to join may take to end; behind that it is left to itself. */
  private static final long CLOSE_MILLIS = 5000;

  /** A channel that is connected, and what to ask it through. */
  private record Connection(JChannel channel, RaftHandle handle) {}

  private final RaftSettings settings;
  private final StateMachine machine;
  private final Consumer<Throwable> fatal;
  private final Thread joining = new Thread(this::join, "jgroups-join");
  private volatile boolean closed;
  private volatile @Nullable Connection connection;

  /** When each member was last seen in the view, on the scale of nanoTime. */
  private final Map<String, Long> seenAt = new ConcurrentHashMap<>();

  /** Since when there could be a leader and is none. */
  private long electableAt = System.nanoTime();

  /**
   * Begins to join.
   *
   * @param fatal is told why the node must stop
   */
  RaftGroup(RaftSettings settings, StateMachine machine, Consumer<Throwable> fatal) {
    this.settings = settings;
    this.machine = machine;
    this.fatal = fatal;
    long now = System.nanoTime();
    settings.initial().members().forEach(member -> seenAt.put(member.id(), now));
    joining.setDaemon(true);
    joining.start();
  }

  private void join() {
    try {
      boolean loaded = false;
      while (!closed && !tryToJoin(loaded)) {
        loaded = true;
        TimeUnit.MILLISECONDS.sleep(REJOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      log.debug("closed while it waited to join");
    } catch (Exception | Error e) {
      if (!closed) {
        fatal.accept(e);
      }
    }
  }

  /**
   * Makes a channel and connects it. A channel that failed is never connected again: it would start
   * with an empty log.
   *
   * @param loaded true if the state machine has what is in the log already
   * @return false if the group does not let it in yet
   */
  private boolean tryToJoin(boolean loaded) throws Exception {
    JChannel channel = JGroupsStack.channel(settings);
    RaftHandle handle = new RaftHandle(channel, machine);
    handle.raft().stateMachineLoaded(loaded);
    channel.setReceiver(
        new Receiver() {
          @Override
          public void viewAccepted(View view) {
            log.info("JGroups view: {}", view.getMembers().stream().map(RaftGroup::id).toList());
          }
        });
    try {
      channel.connect(settings.clusterId());
    } catch (SecurityException e) {
      log.info("not let into the group yet: {}", e.getMessage());
      channel.close();
      return false;
    }
    connection = new Connection(channel, handle);
    return true;
  }

  private static String id(Address address) {
    return Utils.extractRaftId(address);
  }

  /** True once it is in the group. */
  boolean isJoined() {
    return connection != null;
  }

  /** Who leads as far as this node knows; null if nobody does, or it has not joined yet. */
  @Nullable Address leader() {
    Connection joined = connection;
    return joined == null ? null : joined.handle.leader();
  }

  /** The term in which this node leads; 0 if it does not. */
  long termLed() {
    Connection joined = connection;
    return joined == null || !joined.handle.isLeader() ? 0 : joined.handle.currentTerm();
  }

  /**
   * Hands an entry to the leader. May block while a member is slow.
   *
   * @return fails if the entry was perhaps not taken; need not end
   * @throws Exception if it was certainly not taken
   */
  CompletableFuture<byte[]> append(byte[] entry) throws Exception {
    Connection joined = connection;
    if (joined == null) {
      throw new IllegalStateException("not joined yet");
    }
    return joined.handle.setAsync(entry, 0, entry.length);
  }

  /**
   * Keeps track of who is there, and starts an election where the library has given up: its round
   * of questions before a vote is not repeated when an answer is missing. Called all the time, not
   * on a thread of the library.
   */
  void watch() {
    Connection joined = connection;
    View view = joined == null ? null : joined.channel.view();
    long now = System.nanoTime();
    if (joined == null || view == null) {
      return;
    }
    view.getMembers().forEach(address -> seenAt.put(id(address), now));
    if (joined.handle.leader() != null || view.size() < settings.initial().quorum()) {
      electableAt = now;
    } else if (now - electableAt >= LEADERLESS_NANOS) {
      electableAt = now;
      ELECTION2 election = joined.channel.getProtocolStack().findProtocol(ELECTION2.class);
      if (election.runVotingThread()) { // only on the view's first member
        log.info("nobody leads: another vote");
      }
    }
  }

  /** What this node knows now. */
  RaftStatus status(@Nullable Duration behind) {
    Connection joined = connection;
    if (joined == null) {
      return status(RaftStatus.Role.FOLLOWER, 0, null, 0, 0, 0, behind, "joining", List.of());
    }
    RAFT raft = joined.handle.raft();
    Address leads = raft.leader();
    Member leader = leads == null ? null : settings.initial().find(id(leads));
    long first = Math.max(1, raft.log().firstAppended());
    return status(
        raft.isLeader() ? RaftStatus.Role.LEADER : RaftStatus.Role.FOLLOWER,
        raft.currentTerm(),
        leader,
        first,
        raft.lastAppended(),
        raft.commitIndex(),
        behind,
        leader == null ? "waiting for a majority to elect a leader" : "",
        raft.isLeader() ? peers(joined.channel, raft) : List.of());
  }

  private RaftStatus status(
      RaftStatus.Role role,
      long term,
      @Nullable Member leader,
      long first,
      long last,
      long commit,
      @Nullable Duration behind,
      String activity,
      List<RaftStatus.Peer> peers) {
    return new RaftStatus(
        settings.self(),
        role,
        term,
        leader,
        settings.initial(),
        /* membershipIndex= */ 0,
        first,
        last,
        commit,
        /* appliedIndex= */ commit,
        /* snapshotIndex= */ first > 1 ? first : 0, // its log begins with the snapshot's last entry
        /* logBytes= */ 0, // not known
        /* snapshotBytes= */ 0,
        behind,
        activity,
        /* diskFull= */ false,
        settings.memoryFull().getAsBoolean(),
        // That library tells nobody what the others know: what is newer is not begun.
        WireFormat.V3,
        /* withoutVote= */ "",
        peers);
  }

  private List<RaftStatus.Peer> peers(JChannel channel, RAFT raft) {
    long now = System.nanoTime();
    return settings.initial().members().stream()
        .filter(member -> !member.node().equals(settings.self()))
        .map(
            member ->
                new RaftStatus.Peer(
                    member,
                    match(member, channel, raft),
                    Duration.ofNanos(now - seenAt.getOrDefault(member.id(), now)),
                    /* said= */ null))
        .toList();
  }

  private static long match(Member member, JChannel channel, RAFT raft) {
    CommitTable table = raft.commitTable();
    View view = channel.view();
    if (table == null || view == null) {
      return 0;
    }
    return view.getMembers().stream()
        .filter(address -> member.id().equals(id(address)))
        .map(table::get)
        .filter(entry -> entry != null)
        .mapToLong(CommitTable.Entry::matchIndex)
        .findFirst()
        .orElse(0);
  }

  /** Leaves the group; blocks until done, or for some seconds while it is joining. */
  @Override
  public void close() {
    closed = true;
    joining.interrupt();
    try {
      joining.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Connection joined = connection;
    if (joined != null) {
      joined.channel.close();
    } else if (joining.isAlive()) {
      log.warn("stopping while still joining");
    }
  }
}
