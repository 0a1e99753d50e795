package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a simulated cluster: one fault after the other, of the kinds that its mix has,
 * until it is calm. Some take several steps, to get where chance seldom leads.
 */
final class SimFaults {

  /** Which faults happen in a run: all, or those that put one promise to the test. */
  enum Mix {
    ANY(IntStream.range(0, 28).toArray()),
    ELECTIONS(0, 13, 14, 17, 17, 17, 25, 25),
    MAJORITIES(6, 15, 15, 15),
    STALLS(4, 4, 4, 6, 8),
    OLD_TERMS(18, 18, 18, 14),
    OLD_MESSAGES(24, 24, 24, 4, 6, 16),
    MEMBERS(22, 22, 22, 11, 12),
    LEARNERS(23, 23, 23, 12),
    DISKS(19, 19, 19, 21, 21, 20, 0, 4),
    SNAPSHOTS(19, 19, 0, 6, 6, 8, 11, 12, 26, 27);

    private final int[] kinds;

    Mix(int... kinds) {
      this.kinds = kinds;
    }
  }

  final Mix mix;
  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;
  private final long every;

  /**
   * None yet.
   *
   * @param mix which faults; null: the seed decides
   */
  SimFaults(SimCluster cluster, SimNetwork network, @Nullable Mix mix) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
    Mix ofSeed =
        List.of(
                Mix.ANY,
                Mix.ANY,
                Mix.ANY,
                Mix.ELECTIONS,
                Mix.MAJORITIES,
                Mix.STALLS,
                Mix.OLD_MESSAGES,
                Mix.MEMBERS,
                Mix.DISKS,
                Mix.SNAPSHOTS)
            .get(random.nextInt(10));
    this.mix = mix == null ? ofSeed : mix;
    // What takes several steps must not be disturbed by the next fault.
    every = MILLI * (this.mix == Mix.ANY ? cluster.oneOf(60, 200, 400) : cluster.oneOf(800, 1500));
  }

  /** The next fault, and others after it. */
  void next() {
    if (cluster.calm()) {
      return;
    }
    SimNode n = random.nextBoolean() ? cluster.leaderOr(cluster.pick()) : cluster.pick();
    switch (mix.kinds[random.nextInt(mix.kinds.length)]) {
      case 0, 1, 2 -> {
        if (n.up()) {
          cluster.crash(n);
        }
      }
      case 3 -> cluster.nodes.values().forEach(x -> cluster.crashIfUp(x));
      case 4, 5 -> {
        if (n.running()) {
          n.pause(true);
          cluster.after(random.nextLong(1000 * MILLI), () -> n.pause(false));
        }
      }
      case 6, 7 -> network.isolate(n, random.nextInt(3));
      case 8 -> network.halves();
      case 9 -> network.mend();
      case 10 -> network.cut(cluster.pick().id, cluster.pick().id);
      case 11 -> cluster.join();
      case 12 -> {
        if (cluster.nodes.size() > 1) {
          String id = cluster.pick().id.id();
          cluster.removeEverywhere(id);
        }
      }
      case 13 -> stormyElection();
      case 14 -> youngLeadersDie();
      case 15 -> otherMajority();
      case 17 -> leaderOfOne();
      case 18 -> figureEight();
      case 19 -> n.losePowerAfter(random.nextInt(10));
      case 20 -> wipe(n);
      case 21 -> diskNearlyFull(n);
      case 22 -> hastyChanges();
      case 23 -> onlyALearnerIsReached();
      case 24 -> leadsTwice();
      case 25 -> rivals();
      case 26 -> needsSnapshot((leader, behind) -> behind.losePowerBehindSnapshot());
      case 27 -> needsSnapshot((leader, behind) -> sendsAgain(leader));
      default -> handOver(n);
    }
    cluster.after(random.nextLong(every), this::next);
  }

  /** The leader dies, and while the others vote they too fall and come back at once. */
  private void stormyElection() {
    cluster.crashIfUp(cluster.leaderOr(cluster.pick()));
    for (int i = 0; i < 10; i++) {
      cluster.after(random.nextLong(150 * MILLI), () -> cluster.bounce(cluster.pick()));
    }
  }

  /** One leader after the other dies before it has told all what it knows (3.6.2, figure 3.7). */
  private void youngLeadersDie() {
    for (int i = 1; i <= 6; i++) {
      cluster.after(
          i * random.nextLong(200 * MILLI), () -> cluster.bounce(cluster.leaderOr(cluster.pick())));
    }
  }

  /**
   * The history of figure 3.7 of the dissertation (figure 8 of the paper): a leader's entries reach
   * one follower; another leader, elsewhere, makes entries that reach nobody; the first comes back
   * and spreads its own, then dies; the second comes back.
   */
  private void figureEight() {
    SimNode first = cluster.leaderOr(cluster.pick());
    NodeId reached = cluster.pick().id;
    network.separate(new HashSet<>(List.of(first.id, reached)));
    long step = MILLI * (20 + random.nextInt(60));
    cluster.after(step, () -> cluster.crashIfUp(first));
    awaitLeader(
        50,
        first,
        second -> {
          network.separate(Set.of(second.id));
          cluster.after(
              step / 2,
              () -> {
                cluster.crashIfUp(second);
                network.mend();
                network.isolate(second, 2);
                awaitLeader(50, second, third -> leadsBriefly(third, second));
              });
        });
  }

  /** It dies as soon as it commits something, and what it had on its way is lost. */
  private void leadsBriefly(SimNode leader, SimNode rival) {
    long committed = leader.raft().commitIndex();
    awaitCommit(
        60,
        leader,
        committed,
        () -> {
          cluster.crashIfUp(leader);
          network.mend();
          network.isolate(leader, 1);
          rival.start();
        });
  }

  private void awaitCommit(int tries, SimNode leader, long above, Runnable then) {
    if (tries == 0 || !leader.up() || leader.raft().commitIndex() > above) {
      then.run();
    } else {
      cluster.after(MILLI, () -> awaitCommit(tries - 1, leader, above, then));
    }
  }

  /** Goes on with the first node that leads, other than this one; gives up after some tries. */
  private void awaitLeader(int tries, SimNode notThis, Consumer<SimNode> then) {
    SimNode found = cluster.leaderOr(notThis);
    if (found != notThis) {
      then.accept(found);
    } else if (tries > 0) {
      cluster.after(10 * MILLI, () -> awaitLeader(tries - 1, notThis, then));
    }
  }

  /**
   * What one majority has agreed on is put to the test by another one, without the first's help.
   */
  private void otherMajority() {
    network.mend();
    SimNode left = cluster.pick();
    network.isolate(left, 2);
    cluster.after(
        random.nextLong(150 * MILLI),
        () -> {
          SimNode leader = cluster.leaderOr(cluster.pick());
          cluster.bounce(leader);
          network.mend();
          List<NodeId> rest = new ArrayList<>(cluster.nodes.keySet());
          rest.remove(leader.id);
          rest.remove(left.id);
          Collections.shuffle(rest, random);
          rest.stream()
              .limit((cluster.nodes.size() - 1) / 2)
              .forEach(n -> network.isolate(cluster.node(n), 2));
        });
  }

  /** A leader reaches one follower only, for a moment, and dies. */
  private void leaderOfOne() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    NodeId reached = cluster.pick().id;
    for (NodeId other : cluster.nodes.keySet()) {
      if (!other.equals(reached)) {
        network.cut(leader.id, other);
      }
    }
    cluster.after(random.nextLong(80 * MILLI), () -> cluster.crashIfUp(leader));
    cluster.after(random.nextLong(400 * MILLI), network::mend);
  }

  /** Two that do not hear each other campaign at the same time; their voters fall and come back. */
  private void rivals() {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    SimNode rival = cluster.pick();
    network.cut(leader.id, rival.id);
    network.cut(rival.id, leader.id);
    cluster.bounce(leader);
    cluster.othersNotice(leader.id);
    for (SimNode other : cluster.nodes.values()) {
      if (other != leader && other != rival) {
        cluster.after(random.nextLong(150 * MILLI), () -> cluster.bounce(other));
      }
    }
    cluster.after(300 * MILLI, network::mend);
  }

  /**
   * A follower is cut off until it needs the leader's snapshot; then something happens while it
   * gets that.
   */
  private void needsSnapshot(BiConsumer<SimNode, SimNode> whatHappens) {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    SimNode behind = cluster.pick();
    if (behind != leader) {
      network.separate(Set.of(behind.id));
      awaitCompaction(
          200,
          leader,
          behind,
          () -> {
            whatHappens.accept(leader, behind);
            network.mend();
          });
    }
  }

  /**
   * All that a node sends now arrives once more, in the same order, when it has long had effect.
   */
  private void sendsAgain(SimNode node) {
    copyThen(node, () -> network.copies().forEach(m -> network.deliver(m, MILLI)));
  }

  /** Keeps what a node sends for a while, then goes on. */
  private void copyThen(SimNode node, Runnable then) {
    network.startCopying(node.id);
    cluster.after(
        random.nextLong(400 * MILLI),
        () -> {
          network.stopCopying();
          then.run();
        });
  }

  private void awaitCompaction(int tries, SimNode leader, SimNode behind, Runnable then) {
    boolean possible = leader.up() && behind.up() && !cluster.calm();
    if (possible && leader.raft().log.firstIndex() > behind.raft().log.lastIndex() + 1) {
      then.run();
    } else if (possible && tries > 0) {
      cluster.after(10 * MILLI, () -> awaitCompaction(tries - 1, leader, behind, then));
    }
  }

  /** There is room, and there is none, several times in a row. */
  private void diskNearlyFull(SimNode n) {
    for (int i = 0; i < 8; i++) {
      boolean full = i % 2 == 0;
      cluster.after((1 + i) * random.nextLong(60 * MILLI), () -> n.nearlyFull(full));
    }
    cluster.after(500 * MILLI, () -> n.nearlyFull(false));
  }

  /**
   * A disk is wiped. The node comes back as a stranger, with another incarnation: it is removed,
   * and joins. One at a time, and not one of two: the others could do nothing without it. A node
   * that is down may know already that they are one less. And not while they are changing: who is a
   * voter for some and a learner for others may be the one whose vote is needed, and may have the
   * longest log of all.
   */
  private void wipe(SimNode n) {
    List<SimNode> up = cluster.nodes.values().stream().filter(SimNode::up).toList();
    boolean allUp = up.size() == cluster.nodes.size();
    Set<Membership> beliefs = new HashSet<>();
    up.forEach(x -> beliefs.add(x.raft().membership()));
    beliefs.remove(Membership.EMPTY);
    int least = allUp ? 3 : 4;
    if (!n.up() || beliefs.size() != 1 || !canMiss(beliefs.iterator().next(), least)) {
      return;
    }
    Member old = memberOf(n);
    NodeId id = cluster.mutant.idAfterWipe(n.id, random.nextLong());
    Member comer = new Member(id, old.raft(), old.http(), false);
    n.wipe();
    cluster.nodes.remove(n.id);
    SimNode stranger = new SimNode(cluster, id, id.equals(n.id) ? n.initial() : Membership.EMPTY);
    cluster.nodes.put(id, stranger);
    cluster.after(random.nextLong(100 * MILLI), stranger::start);
    if (!id.equals(n.id)) {
      cluster.removeEverywhere(id.id());
      cluster.after(400 * MILLI, () -> cluster.addEverywhere(comer));
    }
  }

  private boolean canMiss(Membership membership, int least) {
    List<Member> voters = membership.voters();
    return voters.size() >= least
        && voters.stream().allMatch(v -> cluster.nodes.containsKey(v.node()));
  }

  private static Member memberOf(SimNode n) {
    Member known = n.raft().membership().find(n.id);
    HostPort nowhere = new HostPort("none", 1);
    return known == null ? new Member(n.id, nowhere, nowhere, false) : known;
  }

  /** Several members are removed in a row, and the leader is cut off with one of the rest. */
  private void hastyChanges() {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (!leader.running()) {
      return;
    }
    List<NodeId> others =
        new ArrayList<>(leader.raft().membership().voters().stream().map(Member::node).toList());
    others.remove(leader.id);
    if (others.size() < 2) {
      cluster.join();
      return;
    }
    Collections.shuffle(others, random);
    Set<NodeId> side = new HashSet<>(List.of(leader.id, others.get(0)));
    others.stream().skip(1).limit(others.size() - 2).forEach(o -> leader.remove(o.id()));
    long away = random.nextLong(2 * network.maxDelay + 20 * MILLI);
    cluster.after(away, () -> network.separate(side));
    cluster.after(away + random.nextLong(1200 * MILLI), network::mend);
    cluster.after(away + 1300 * MILLI, cluster::join);
  }

  /** A leader reaches nobody but a node that joins, and dies; the others go on without both. */
  private void onlyALearnerIsReached() {
    NodeId learner = cluster.join();
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (learner != null) {
      cluster.after(
          random.nextLong(100 * MILLI),
          () -> network.separate(new HashSet<>(List.of(leader.id, learner))));
      cluster.after(
          (100 + random.nextLong(200)) * MILLI,
          () -> {
            cluster.crashIfUp(leader);
            network.mend();
            SimNode joined = cluster.nodes.get(learner); // Its disk may be gone by now.
            if (joined != null) {
              network.isolate(joined, 2);
            }
          });
    }
  }

  /**
   * A leader hands over and leads again; only then does what it sent in its first term arrive once
   * more. Then it is cut off, and the others elect without it.
   */
  private void leadsTwice() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    copyThen(
        leader,
        () -> {
          handOver(leader);
          awaitLeader(
              20,
              leader,
              second -> {
                handOver(second);
                awaitLeader(20, second, this::haunt);
              });
        });
  }

  private void handOver(SimNode leader) {
    leader.change(l -> l.transfer("", cluster.now()));
  }

  private void haunt(SimNode leader) {
    network.copies().forEach(m -> network.deliver(m, random.nextLong(5 * MILLI)));
    cluster.after(
        15 * MILLI,
        () -> {
          network.isolate(leader, 2);
          cluster.othersNotice(leader.id);
        });
  }
}
