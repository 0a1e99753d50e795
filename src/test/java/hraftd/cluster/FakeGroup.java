package hraftd.cluster;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Consensus without replication, for tests of what is around it: the members of one process that
 * share a cluster id agree at once. Somebody leads while a majority of the voters runs; a log index
 * that only counts stands for the log.
 */
public final class FakeGroup implements ConsensusFactory {

  /** When a leader is deposed without having heard of it. */
  enum At {
    CHANGE,
    READ,
    WRITE
  }

  private static final class Group {
    Membership membership = Membership.EMPTY;
    final Map<NodeId, Fake> running = new TreeMap<>();
    @Nullable NodeId leader;
    long term;
    long index;
    long membershipIndex;

    void change(Membership to) {
      membership = to;
      membershipIndex = ++index;
    }
  }

  private final Map<String, Group> groups = new HashMap<>();
  private final List<Command> proposed = new ArrayList<>();
  private final @Nullable KvState state;
  private volatile long clockMillis;
  private volatile boolean fixed;
  private volatile WireFormat commonFormat = WireFormat.NEWEST;
  private volatile List<RaftStatus.Peer> peers = List.of();
  private final Set<NodeId> deaf = ConcurrentHashMap.newKeySet();
  private final Set<At> losesLeaderAt = EnumSet.noneOf(At.class);
  private int lostElections;
  private int lateLooks;
  private @Nullable RaftStatus shownLate;

  /** Proposals are counted and forgotten. */
  public FakeGroup() {
    this(null);
  }

  /** Proposals are applied to this state, at the clock that the test sets. */
  FakeGroup(@Nullable KvState state) {
    this.state = state;
  }

  /** From now on members never change, and who leads is nobody's choice. */
  void fix() {
    fixed = true;
  }

  /** Another leads at the next of these: a change happens unsaid, a read fails, a write is made. */
  synchronized void loseLeader(At next) {
    losesLeaderAt.add(next);
  }

  /** So many times whoever is to lead is beaten by another. */
  synchronized void loseElections(int times) {
    lostElections = times;
  }

  /** So many looks at the status still show what was before the next change of leader. */
  synchronized void showLate(int looks) {
    lateLooks = looks;
  }

  /** Nothing that the leader says reaches this node any more. */
  void hearsNothing(NodeId node) {
    deaf.add(node);
  }

  /** What all members understand from now on. */
  void speak(WireFormat format) {
    commonFormat = format;
  }

  /** The one peer that the leader shows, and what it has said that it knows. */
  void said(Member peer, @Nullable WireFormat format) {
    peers = List.of(new RaftStatus.Peer(peer, 0, Duration.ZERO, format));
  }

  /** These have said nothing to the leader for so long. */
  void silent(Duration time, Member... silent) {
    peers =
        Arrays.stream(silent)
            .map(peer -> new RaftStatus.Peer(peer, 0, time, WireFormat.NEWEST))
            .toList();
  }

  void setClockMillis(long millis) {
    clockMillis = millis;
  }

  /** All commands so far. */
  synchronized List<Command> proposed() {
    return List.copyOf(proposed);
  }

  @Override
  public synchronized Consensus open(
      NodeId self, String clusterId, Membership initial, boolean campaign) {
    Group group = groups.computeIfAbsent(clusterId, id -> new Group());
    if (group.membership.members().isEmpty()) {
      group.membership = initial;
    }
    Fake fake = new Fake(self, group);
    group.running.put(self, fake);
    if (campaign && !fixed && group.leader == null && hasMajority(group)) {
      lead(group, self);
    }
    // Who can lead when two of three are there is a matter of which two: it is for all to choose.
    if (!fixed || group.running.size() == group.membership.members().size()) {
      elect(group);
    }
    return fake;
  }

  @Override
  public void begin(Path directory) {} // Nothing is kept.

  @Override
  public void require(Path directory) {} // Nothing was kept.

  /** How many clusters there are. */
  synchronized int clusters() {
    return groups.size();
  }

  private static boolean hasMajority(Group group) {
    return group.running.keySet().stream().filter(group.membership::isVoter).count()
        >= group.membership.quorum();
  }

  private static void lead(Group group, NodeId node) {
    group.leader = node;
    group.term++;
    group.index++;
  }

  /** Lets the first running voter lead if nobody does, and nobody without a majority. */
  private static void elect(Group group) {
    NodeId leader = group.leader;
    boolean stands =
        leader != null && group.running.containsKey(leader) && group.membership.isVoter(leader);
    if (!stands || !hasMajority(group)) {
      group.leader = null;
      if (hasMajority(group)) {
        letLead(group, group.membership::isVoter);
      }
    }
  }

  /** The first of these that runs, if one does. */
  private static void letLead(Group group, Predicate<NodeId> of) {
    group.running.keySet().stream().filter(of).findFirst().ifPresent(node -> lead(group, node));
  }

  private final class Fake implements Consensus {
    private final NodeId self;
    private final Group group;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    Fake(NodeId self, Group group) {
      this.self = self;
      this.group = group;
    }

    private boolean leads() {
      return self.equals(group.leader);
    }

    private @Nullable Member another(@Nullable Member but) {
      return group.membership.members().stream()
          .filter(member -> !member.node().equals(self) && !member.equals(but))
          .findFirst()
          .orElse(null);
    }

    private ConsensusException leaderChanged() {
      letLead(group, node -> !node.equals(self) && group.membership.isVoter(node));
      return new ConsensusException.LeaderChanged("the leader has changed");
    }

    private ConsensusException noLeader() {
      return new ConsensusException.NoLeader("nobody leads");
    }

    @Override
    public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (group.leader == null) {
          return CompletableFuture.failedFuture(noLeader());
        }
        group.index++;
        proposed.add(command);
        if (losesLeaderAt.remove(At.WRITE)) {
          var unused = leaderChanged();
        }
        return CompletableFuture.completedFuture(
            state == null ? new Outcome.Written(group.index) : state.apply(clockMillis, command));
      }
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value.
    public CompletableFuture<Void> readBarrier(Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (losesLeaderAt.remove(At.READ)) {
          return CompletableFuture.failedFuture(leaderChanged());
        }
        return group.leader == null
            ? CompletableFuture.failedFuture(noLeader())
            : CompletableFuture.completedFuture(null);
      }
    }

    @Override
    public void checkMembersCanChange() {
      if (fixed) {
        throw new ConsensusException.NotSupported("members never change");
      }
    }

    @Override
    public void checkLeadershipCanMove() {
      if (fixed) {
        throw new ConsensusException.NotSupported("leadership cannot be handed over");
      }
    }

    @Override
    public CompletableFuture<Membership> add(Member member, Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (!leads()) {
          return CompletableFuture.failedFuture(noLeader());
        }
        return changed(group.membership.with(member.withVoter(true)));
      }
    }

    @Override
    public CompletableFuture<Membership> replace(
        Member member, NodeId replaced, Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (!leads()) {
          return CompletableFuture.failedFuture(noLeader());
        }
        Membership with = group.membership.with(member.withVoter(true));
        return changed(with.replacing(member.node(), replaced));
      }
    }

    private CompletableFuture<Membership> changed(Membership to) {
      if (!to.equals(group.membership)) { // As the real one: else there is nothing to log.
        group.change(to);
        elect(group);
      }
      if (losesLeaderAt.remove(At.CHANGE)) {
        return CompletableFuture.failedFuture(leaderChanged());
      }
      return CompletableFuture.completedFuture(to);
    }

    @Override
    public CompletableFuture<Membership> remove(String id, Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (!leads()) {
          return CompletableFuture.failedFuture(noLeader());
        }
        Membership rest = group.membership.without(id);
        long alive = group.running.keySet().stream().filter(rest::isVoter).count();
        if (rest.voters().isEmpty() || alive < rest.quorum()) {
          return CompletableFuture.failedFuture(
              new ConsensusException.MembershipRefused("no majority of the rest would be alive"));
        }
        if (id.equals(self.id())) {
          letLead(group, rest::isVoter);
          return CompletableFuture.failedFuture(noLeader());
        }
        return changed(rest);
      }
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value.
    public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
      synchronized (FakeGroup.this) {
        if (fixed) {
          return CompletableFuture.failedFuture(
              new ConsensusException.NotSupported("leadership cannot be handed over"));
        }
        Member named = group.membership.find(id);
        // As the real one does: of an unknown name it makes somebody else.
        Member to = named == null || lostElections-- > 0 ? another(named) : named;
        shownLate = lateLooks > 0 ? status() : null;
        if (!leads() || to == null || !group.running.containsKey(to.node())) {
          return CompletableFuture.failedFuture(noLeader());
        }
        lead(group, to.node());
        return CompletableFuture.completedFuture(null);
      }
    }

    @Override
    public boolean isWhole() {
      return true;
    }

    @Override
    public RaftStatus status() {
      synchronized (FakeGroup.this) {
        if (shownLate != null && lateLooks-- > 0) {
          return shownLate;
        }
        Member leader = group.leader == null ? null : group.membership.find(group.leader);
        RaftStatus.Role role =
            leads()
                ? RaftStatus.Role.LEADER
                : group.membership.isVoter(self)
                    ? RaftStatus.Role.FOLLOWER
                    : RaftStatus.Role.LEARNER;
        return new RaftStatus(
            self,
            role,
            group.term,
            leader,
            group.membership,
            group.membershipIndex,
            1,
            group.index,
            group.index,
            group.index,
            0,
            /* logBytes= */ 0,
            /* snapshotBytes= */ 0,
            leader == null || deaf.contains(self) ? Duration.ofMinutes(1) : Duration.ZERO,
            "",
            /* diskFull= */ false,
            /* memoryFull= */ false,
            commonFormat,
            /* withoutVote= */ "",
            peers);
      }
    }

    @Override
    public long clockMillis() {
      return clockMillis;
    }

    @Override
    public CompletableFuture<Void> terminated() {
      return terminated;
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value.
    public void close() {
      synchronized (FakeGroup.this) {
        group.running.remove(self, this);
        elect(group);
      }
      terminated.complete(null);
    }
  }
}
