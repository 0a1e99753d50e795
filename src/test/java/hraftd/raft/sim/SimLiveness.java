package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes on while faults last, looked at again and again: a leader that has been connected with
 * a majority for some time goes on leading, and no member's term rises then, whatever happens to
 * the others (4.2.3, 6.2, 9.6); and who hears nobody does not raise its own.
 */
final class SimLiveness {

  private static final long TICK = 10 * MILLI;

  /** For so long a leader and its majority must have been undisturbed: some election timeouts. */
  private static final long ESTABLISHED = 3 * SimProcess.ELECTION;

  /** Three timeouts, each of which is at most twice the shortest. */
  static final long LEADERLESS = 3 * 2 * SimProcess.ELECTION;

  /** What was on its way to a node that is cut off has come by then. */
  private static final long EMPTY = 100 * MILLI;

  /** A leader, and the configuration that it has committed. */
  private record Reign(NodeId leader, long term, Membership membership) {}

  private record Pair(NodeId from, NodeId to) {}

  private final SimCluster cluster;
  private final SimNetwork network;

  /** Since when nothing has happened to a node, or to the way from one to another. */
  private final Map<NodeId, Long> steadySince = new HashMap<>();

  private final Map<Pair, Long> freeSince = new HashMap<>();
  private final Map<NodeId, @Nullable Object> lives = new HashMap<>();

  /** How many messages had reached a node the last time. */
  private final Map<NodeId, Long> received = new HashMap<>();

  /** Since when a node hears nobody, and its term when all had come that was on its way. */
  private final Map<NodeId, Long> aloneSince = new HashMap<>();

  private final Map<NodeId, Long> termAlone = new HashMap<>();

  /** When a node led last that a majority followed. */
  private long ledAt;

  private @Nullable Reign reign;
  private long reignsSince;
  private long excusedUntil;
  private boolean checksQuorum = true;

  /** How often a leader and its majority were found undisturbed for long enough. */
  long established;

  /** How often a node was found that hears nobody. */
  long alone;

  /** How often a majority was found that had to have a leader. */
  long majorities;

  SimLiveness(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
    reignsSince = cluster.now();
    ledAt = cluster.now();
    excusedUntil = cluster.now();
  }

  /**
   * A leader that does not give up is heard by a minority for ever, and followed: then others may
   * be a majority and cannot elect another one, as long as it is cut off.
   */
  void withoutCheckQuorum() {
    checksQuorum = false;
  }

  static void check(boolean holds, String message, Object... args) {
    if (!holds) {
      throw new SimCluster.Stuck(String.format(message, args));
    }
  }

  /** From now on. */
  void begin() {
    cluster.after(TICK, this::tick);
  }

  /** Another node may lead soon with good reason, for so long. */
  void excuse(long nanos) {
    long until = cluster.now() + nanos;
    excusedUntil = until - excusedUntil > 0 ? until : excusedUntil;
  }

  /**
   * A connection has broken, perhaps only until the next look: who has lost the one to its leader
   * may well stand for election.
   */
  void broke(NodeId from, NodeId to) {
    freeSince.remove(new Pair(from, to));
  }

  /** True while nothing is demanded. */
  boolean isExcused() {
    return cluster.now() - excusedUntil < 0;
  }

  /**
   * An old message arrives. If a leader seems to live by it that is no more, or a vote counts that
   * was meant for another attempt, nothing is demanded until all have got over that.
   */
  void late(Message message) {
    boolean misleads =
        message instanceof Message.PreVoteReply vote
            ? vote.granted()
            : message.isLeaders() && !leads(message.from(), message.term());
    if (misleads) {
      excuse(LEADERLESS);
    }
  }

  private boolean leads(NodeId node, long term) {
    SimNode leader = cluster.nodes.get(node);
    return leader != null && leader.running() && leader.raft().leads() && leader.term() == term;
  }

  private void tick() {
    cluster.nodes.values().forEach(this::look);
    cluster.nodes.values().forEach(this::lookIfAlone);
    lookAtTheLeader();
    lookAtTheLeaderless();
    cluster.after(TICK, this::tick);
  }

  private void look(SimNode node) {
    Object life = node.life();
    if (!node.running() || node.stuck() || lives.get(node.id) != life) {
      steadySince.remove(node.id);
    } else {
      steadySince.putIfAbsent(node.id, cluster.now());
    }
    lives.put(node.id, life);
    for (NodeId other : cluster.nodes.keySet()) {
      Pair pair = new Pair(node.id, other);
      if (network.reaches(node.id, other) && network.wire.isFree(node.id, other)) {
        freeSince.putIfAbsent(pair, cluster.now());
      } else {
        freeSince.remove(pair);
      }
    }
  }

  private boolean isLong(@Nullable Long since, long nanos) {
    return since != null && cluster.now() - since >= nanos;
  }

  // ---- who is cut off raises no term

  private void lookIfAlone(SimNode node) {
    Long before = received.put(node.id, node.received());
    boolean isAlone =
        before != null
            && before == node.received()
            && steadySince.containsKey(node.id)
            && node.raft().membership().quorum() > 1
            && cluster.nodes.keySet().stream()
                .noneMatch(other -> !other.equals(node.id) && network.reaches(other, node.id));
    if (!isAlone) {
      aloneSince.remove(node.id);
      termAlone.remove(node.id);
      return;
    }
    aloneSince.putIfAbsent(node.id, cluster.now());
    if (isLong(aloneSince.get(node.id), EMPTY) && isLong(steadySince.get(node.id), EMPTY)) {
      alone++;
      long term = node.raft().term();
      Long first = termAlone.putIfAbsent(node.id, term);
      check(
          first == null || first == term,
          "%s hears nobody, and raises its term from %d to %d",
          node,
          first,
          term);
    }
  }

  // ---- who leads, and may

  private void lookAtTheLeader() {
    Reign before = reign;
    if (before != null && isLong(reignsSince, ESTABLISHED) && isUndisturbed(before)) {
      established++;
      SimNode leader = cluster.node(before.leader);
      check(
          leader.raft().leads() && leader.raft().term() == before.term,
          "%s leads no more in term %d, though it was connected with a majority",
          leader,
          before.term);
      for (Member member : before.membership.members()) {
        SimNode node = cluster.nodes.get(member.node());
        check(
            node == null || node.term() <= before.term,
            "%s is in term %d, while the leader of term %d is connected with a majority",
            member.node(),
            node == null ? 0 : node.term(),
            before.term);
      }
    }
    Reign now = reign();
    if (now == null || !now.equals(before) || !isUndisturbedNow(now)) {
      reignsSince = cluster.now();
    }
    reign = now;
  }

  private boolean isUndisturbed(Reign of) {
    return isUndisturbed(of, ESTABLISHED);
  }

  private boolean isUndisturbedNow(Reign of) {
    return isUndisturbed(of, 0);
  }

  /** True if the leader and a majority have run, and reached each other, for so long. */
  private boolean isUndisturbed(Reign of, long nanos) {
    SimNode leader = cluster.nodes.get(of.leader);
    if (leader == null
        || isExcused()
        || !isLong(steadySince.get(of.leader), nanos)
        || leader.isDiskSlow()) {
      return false;
    }
    List<Member> voters = of.membership.voters();
    Set<NodeId> connected = new HashSet<>();
    for (Member voter : voters) {
      NodeId id = voter.node();
      if (id.equals(of.leader)
          || (isLong(steadySince.get(id), nanos)
              && isLong(freeSince.get(new Pair(of.leader, id)), nanos)
              && isLong(freeSince.get(new Pair(id, of.leader)), nanos))) {
        connected.add(id);
      }
    }
    return connected.size() >= of.membership.quorum();
  }

  /** Who leads in the highest term of all members, with a configuration that is committed. */
  private @Nullable Reign reign() {
    Reign newest = null;
    for (SimNode node : cluster.nodes.values()) {
      if (node.running()
          && node.raft().leads()
          && (newest == null || node.raft().term() > newest.term)) {
        newest = new Reign(node.id, node.raft().term(), node.raft().membership());
      }
    }
    if (newest == null) {
      return null;
    }
    SimNode leader = cluster.node(newest.leader);
    boolean committed = leader.raft().configurations.index() <= leader.raft().commitIndex();
    long term = newest.term;
    boolean highest =
        newest.membership.members().stream()
            .map(m -> cluster.nodes.get(m.node()))
            .allMatch(node -> node == null || node.term() <= term);
    return committed && highest && newest.membership.isVoter(newest.leader) ? newest : null;
  }

  // ---- a majority that is connected has a leader

  private void lookAtTheLeaderless() {
    if (cluster.nodes.values().stream().anyMatch(this::isFollowed)) {
      ledAt = cluster.now();
    }
    if (!checksQuorum || isExcused()) {
      return;
    }
    List<SimNode> able =
        cluster.nodes.values().stream()
            .filter(node -> isLong(steadySince.get(node.id), LEADERLESS) && node.mayVote())
            .toList();
    for (SimNode one : able) {
      Membership membership = one.raft().membership();
      List<SimNode> group = new ArrayList<>(List.of(one));
      for (SimNode other : able) {
        if (membership.isVoter(other.id)
            && other.raft().membership().equals(membership)
            && group.stream().allMatch(node -> areConnected(node, other))) {
          group.add(other);
        }
      }
      if (membership.isVoter(one.id) && group.size() >= membership.quorum()) {
        majorities++;
        check(
            !isLong(ledAt, LEADERLESS),
            "%s have been a connected majority for long, and have no leader",
            group);
      }
    }
  }

  private boolean isFollowed(SimNode leader) {
    if (!leader.running() || !leader.raft().leads()) {
      return false;
    }
    Membership membership = leader.raft().membership();
    long followers =
        cluster.nodes.values().stream()
            .filter(node -> node.running() && membership.isVoter(node.id))
            .filter(node -> node.raft().term() == leader.raft().term())
            .filter(node -> leader.id.equals(node.raft().leader()))
            .count();
    return followers >= membership.quorum();
  }

  /** True if they are two, and have reached each other for long. */
  private boolean areConnected(SimNode a, SimNode b) {
    return a != b
        && isLong(freeSince.get(new Pair(a.id, b.id)), LEADERLESS)
        && isLong(freeSince.get(new Pair(b.id, a.id)), LEADERLESS);
  }
}
